// The behaviour of every page, which works without it: theme, details, copy
// buttons, tabs, shortcuts.
//
// It is loaded in the head and blocks, so that the theme is set before anything
// is painted; the rest waits for the page. It is a classic script, since
// browsers refuse modules and fetch from file://.
//
// What it finds in a page:
//
//   .search, .tools     empty boxes in the bar, filled here and in search.js
//   [data-tabs][id]     holds [data-tab=NAME] sections, each with a heading first
//   pre[data-copy=WHAT] gets a button that copies its [data-send] parts, or all
//   [data-expand]       gets the button that expands all details
(function () {
  'use strict';

  var root = document.documentElement;
  var base = document.currentScript.src.replace(/[^/]*$/, ''); // the folder of the site

  // Storage may be refused, and throws then.
  function stored(key) {
    try { return localStorage.getItem('qapi-' + key); } catch (e) { return null; }
  }
  function store(key, value) {
    try {
      if (value === null) localStorage.removeItem('qapi-' + key);
      else localStorage.setItem('qapi-' + key, value);
    } catch (e) { /* then it lasts as long as the page */ }
  }

  root.classList.add('js');
  var theme = stored('theme');
  if (theme === 'dark' || theme === 'light') root.dataset.theme = theme;

  // el makes an element with attributes and children, which are never HTML.
  function el(name, attributes) {
    var e = document.createElement(name);
    for (var key in attributes) e.setAttribute(key, attributes[key]);
    for (var i = 2; i < arguments.length; i++) e.append(arguments[i]);
    return e;
  }
  function all(selector, of) {
    return Array.prototype.slice.call((of || document).querySelectorAll(selector));
  }
  function on(target, event, f) { target.addEventListener(event, f); }

  // announce tells screen readers something that just happened.
  var live;
  function announce(text) { live.textContent = text; }

  // ---- Theme

  function dark() {
    if (root.dataset.theme) return root.dataset.theme === 'dark';
    return matchMedia('(prefers-color-scheme: dark)').matches;
  }

  function themeSwitch() {
    var b = el('button', { type: 'button', 'class': 'tool theme' });
    function label() {
      var text = dark() ? 'Light theme' : 'Dark theme';
      b.setAttribute('aria-label', text);
      b.title = text;
    }
    on(b, 'click', function () {
      root.dataset.theme = dark() ? 'light' : 'dark';
      store('theme', root.dataset.theme);
      label();
    });
    on(matchMedia('(prefers-color-scheme: dark)'), 'change', label);
    label();
    return b;
  }

  // ---- Deep links and details

  // reveal opens every <details> around what the address names, and shows it.
  function reveal() {
    var target;
    try { target = document.getElementById(decodeURIComponent(location.hash.slice(1))); } catch (e) { return; }
    if (!target) return;
    var shut = false;
    for (var e = target.parentElement; e; e = e.parentElement) {
      if (e.tagName === 'DETAILS' && !e.open) { e.open = true; shut = true; }
    }
    if (shut) target.scrollIntoView();
  }

  function expander() {
    var details = all('main details');
    if (details.length < 2) return;
    var place = document.querySelector('[data-expand]') || document.querySelector('main h1');
    var b = el('button', { type: 'button', 'class': 'expand' });
    function label() {
      b.textContent = details.some(function (d) { return !d.open; }) ? 'Expand all' : 'Collapse all';
    }
    on(b, 'click', function () {
      var open = details.some(function (d) { return !d.open; });
      details.forEach(function (d) { d.open = open; });
      label();
    });
    details.forEach(function (d) { on(d, 'toggle', label); });
    label();
    place.hasAttribute('data-expand') ? place.append(b) : place.after(b);
  }

  function printing() {
    var shut = [];
    on(window, 'beforeprint', function () {
      shut = all('details:not([open])');
      shut.forEach(function (d) { d.open = true; });
    });
    on(window, 'afterprint', function () {
      shut.forEach(function (d) { d.open = false; });
    });
  }

  // ---- Examples

  function copy(text) {
    if (navigator.clipboard && isSecureContext) return navigator.clipboard.writeText(text);
    var area = el('textarea', { 'class': 'vh' });
    area.value = text;
    document.body.append(area);
    area.select();
    var done = document.execCommand('copy');
    area.remove();
    return done ? Promise.resolve() : Promise.reject();
  }

  function copyButtons() {
    all('pre[data-copy]').forEach(function (pre) {
      var b = el('button', { type: 'button', 'class': 'copy', 'aria-label': 'Copy ' + pre.dataset.copy }, 'Copy');
      function say(text) {
        b.textContent = text;
        announce(text);
        setTimeout(function () { b.textContent = 'Copy'; }, 2000);
      }
      on(b, 'click', function () {
        copy(copied(pre)).then(function () { say('Copied'); }, function () { say('Could not copy'); });
      });
      var box = el('div', { 'class': 'copybox' });
      pre.replaceWith(box);
      box.append(b, pre);
    });
  }

  // copied is what a block gives: what is to be sent, if it says what that is,
  // or else all of it.
  function copied(pre) {
    var sent = all('[data-send]', pre);
    var text = sent.length ? sent.map(function (e) { return e.textContent; }).join('\n') : pre.textContent;
    return text.replace(/\s+$/, '') + '\n';
  }

  // ---- Tabs: [data-tabs] holds elements with [data-tab], each of which starts
  // with a heading that says the same. The choice is remembered for all pages.

  function tabs() {
    var groups = all('[data-tabs]').map(tabGroup);
    function choose(name) {
      groups.forEach(function (g) { g(name); });
    }
    function tabGroup(box) {
      var panels = all('[data-tab]', box);
      var list = el('div', { role: 'tablist', 'class': 'tablist', 'aria-label': 'Form of the example' });
      var buttons = panels.map(function (panel, i) {
        var id = box.id + '-' + i;
        var b = el('button', { type: 'button', role: 'tab', id: id }, panel.dataset.tab);
        panel.setAttribute('role', 'tabpanel');
        panel.setAttribute('aria-labelledby', id);
        panel.firstElementChild.hidden = true;
        on(b, 'click', function () {
          store('tab', panel.dataset.tab);
          choose(panel.dataset.tab);
        });
        on(b, 'keydown', function (e) {
          var step = { ArrowRight: 1, ArrowLeft: panels.length - 1 }[e.key];
          if (!step) return;
          var next = buttons[(i + step) % panels.length];
          next.focus();
          next.click();
          e.preventDefault();
        });
        list.append(b);
        return b;
      });
      box.prepend(list);
      return function (name) {
        var n = Math.max(0, panels.findIndex(function (p) { return p.dataset.tab === name; }));
        panels.forEach(function (p, i) {
          p.hidden = i !== n;
          buttons[i].setAttribute('aria-selected', i === n);
          buttons[i].tabIndex = i === n ? 0 : -1;
        });
      };
    }
    choose(stored('tab'));
  }

  // ---- Shortcuts

  var shortcuts = {}; // what to do, by key

  // shortcut gives a key a meaning, unless the reader has switched keys off.
  function shortcut(key, f) { shortcuts[key] = f; }

  function typing(e) {
    return /^(INPUT|TEXTAREA|SELECT)$/.test(e.tagName) || e.isContentEditable;
  }

  function keys() {
    on(document, 'keydown', function (e) {
      var f = shortcuts[e.key];
      if (!f || e.ctrlKey || e.metaKey || e.altKey || typing(e.target) || stored('keys') === 'off' ||
          document.querySelector('dialog[open]')) return;
      e.preventDefault();
      f();
    });
  }

  function help() {
    var row = function (key, text) {
      return [el('dt', {}, el('kbd', {}, key)), el('dd', {}, text)];
    };
    var list = function (rows) {
      var dl = el('dl', {});
      rows.forEach(function (r) { dl.append.apply(dl, row(r[0], r[1])); });
      return dl;
    };
    var box = el('input', { type: 'checkbox', id: 'keys' });
    box.checked = stored('keys') !== 'off';
    on(box, 'change', function () { store('keys', box.checked ? null : 'off'); });
    var close = el('button', { type: 'button', 'class': 'tool', 'aria-label': 'Close' }, '\u00d7');
    var dialog = el('dialog', { 'class': 'help', 'aria-labelledby': 'help-title' },
      el('header', {}, el('h2', { id: 'help-title' }, 'Keys and search'), close),
      list([
        ['/', 'Search'],
        ['\u2191 \u2193', 'Choose a result'],
        ['Enter', 'Open it'],
        ['Esc', 'Close'],
        ['e', 'Expand or collapse all'],
        ['?', 'This help']
      ]),
      el('p', {}, box, el('label', { 'for': 'keys' }, 'Use the single keys / e ?')),
      el('p', {}, 'Search finds names of commands, events and types, of their members and values, ' +
        'and words of their summaries. Several words narrow it down: ', el('code', {}, 'blockdev-mirror sync'), '.'),
      list([
        ['kind:event', 'also command, type, struct, enum, union, alternate, member, value'],
        ['in:block', 'of modules with that in their name'],
        ['since:9.0', 'since 9.0 or later'],
        ['deprecated:no', 'or yes; likewise unstable:no']
      ]));
    on(close, 'click', function () { dialog.close(); });
    on(dialog, 'click', function (e) { if (e.target === dialog) dialog.close(); });
    document.body.append(dialog);
    var b = el('button', { type: 'button', 'class': 'tool', 'aria-label': 'Keys and search help', title: 'Help (?)' }, '?');
    function show() { dialog.showModal(); }
    on(b, 'click', show);
    shortcut('?', show);
    return b;
  }

  on(document, 'DOMContentLoaded', function () {
    live = el('p', { 'class': 'vh', role: 'status' });
    document.body.append(live);
    var tools = document.querySelector('.tools');
    if (tools) tools.append(themeSwitch(), help());
    tabs();
    copyButtons();
    expander();
    printing();
    keys();
    reveal();
    on(window, 'hashchange', reveal);
  });

  // script loads a file of the site and calls back when it has run.
  function script(name, done) {
    var s = el('script', { src: base + name });
    if (done) on(s, 'load', done);
    document.head.append(s);
  }

  // What search.js needs.
  window.qapi = { base: base, el: el, on: on, script: script, shortcut: shortcut };
})();
