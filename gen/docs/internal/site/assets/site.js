// The behaviour of all pages: theme, details, copy buttons, tabs and keys. The package
// comment in doc.go specifies the elements that it relies on. Pages are readable without
// it; it creates all controls, so that there are no dead ones without JavaScript.
//
// The script is loaded in the head and blocks, so that the theme is set before the first
// paint; the rest waits for the page. It is a classic script, as browsers reject modules
// and fetch from file://.
(function () {
  'use strict';

  var root = document.documentElement;

  // Storage throws if it is disabled: a choice lasts as long as the page then.
  function stored(key) {
    try { return localStorage.getItem('qapi-' + key); } catch (e) { return null; }
  }
  function store(key, value) {
    try {
      if (value === null) localStorage.removeItem('qapi-' + key);
      else localStorage.setItem('qapi-' + key, value);
    } catch (e) { /* storage is disabled */ }
  }

  root.classList.add('js');
  var theme = stored('theme');
  if (theme === 'dark' || theme === 'light') root.dataset.theme = theme;

  // el creates an element with attributes and children. Strings become text, never HTML.
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

  // announce makes screen readers read a text.
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

  // reveal opens every <details> around the target of the URL, and scrolls to it.
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

  // expander adds a button that opens or closes all details, below the first heading with
  // details.
  function expander() {
    var details = all('main details');
    if (details.length < 2) return;
    var b = el('button', { type: 'button', 'class': 'expand' });
    function shut() { return details.some(function (d) { return !d.open; }); }
    function label() { b.textContent = shut() ? 'Expand all' : 'Collapse all'; }
    function toggle() {
      var open = shut();
      details.forEach(function (d) { d.open = open; });
      label();
    }
    on(b, 'click', toggle);
    details.forEach(function (d) { on(d, 'toggle', label); });
    label();
    shortcut('e', toggle);
    var above = details[0].closest('main > *');
    while (above.tagName !== 'H2' && above.previousElementSibling) above = above.previousElementSibling;
    above.after(b);
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

  // scrollers makes elements focusable while they scroll horizontally.
  function scrollers() {
    var watch = new ResizeObserver(function (boxes) {
      boxes.forEach(function (b) {
        if (b.target.scrollWidth > b.target.clientWidth) b.target.tabIndex = 0;
        else b.target.removeAttribute('tabindex');
      });
    });
    all('main pre, .scroll').forEach(function (e) { watch.observe(e); });
  }

  // The switch between releases is a <details> with links. It closes like a menu.
  function releases() {
    var menu = document.querySelector('.releases');
    if (!menu) return;
    on(document, 'click', function (e) { if (!menu.contains(e.target)) menu.open = false; });
    on(menu, 'keydown', function (e) {
      if (e.key !== 'Escape' || !menu.open) return;
      menu.open = false;
      menu.querySelector('summary').focus();
    });
  }

  // ---- Examples

  function copy(text) {
    if (!navigator.clipboard) return copyByHand(text);
    return navigator.clipboard.writeText(text).catch(function () { return copyByHand(text); });
  }

  // copyByHand copies where the clipboard API is not available, such as over http.
  function copyByHand(text) {
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
      var b = el('button', { type: 'button', 'class': 'copy', 'aria-label': 'Copy' }, 'Copy');
      function say(text) {
        b.textContent = text;
        b.setAttribute('aria-label', text);
        announce(text);
        setTimeout(function () {
          b.textContent = 'Copy';
          b.setAttribute('aria-label', 'Copy');
        }, 2000);
      }
      on(b, 'click', function () {
        copy(copied(pre)).then(function () { say('Copied'); }, function () { say('Not copied'); });
      });
      var box = el('div', { 'class': 'copybox' });
      pre.replaceWith(box);
      box.append(b, pre);
    });
  }

  // copied returns the text to copy from a block: the client's messages, or the server's if
  // there are none; otherwise all of it.
  function copied(pre) {
    var parts = all('[data-send]', pre);
    if (!parts.length) parts = all('.server', pre);
    if (!parts.length) parts = [pre];
    return parts.map(function (e) { return e.textContent.trim() + '\n'; }).join('');
  }

  // ---- Tabs: [data-tabs] contains sections with [data-tab], each with a heading of the same
  // text. The choice applies to all pages.

  function tabs() {
    var groups = all('[data-tabs]').map(group);
    choose(stored('tab'));

    function choose(name) {
      groups.forEach(function (g) { g(name); });
    }

    function group(box) {
      var panels = all('[data-tab]', box);
      var list = el('div', { role: 'tablist', 'class': 'tablist', 'aria-label': 'Form of the example' });
      var buttons = panels.map(function (panel, i) {
        var b = el('button', { type: 'button', role: 'tab', id: box.id + '-' + i }, panel.dataset.tab);
        panel.setAttribute('role', 'tabpanel');
        panel.setAttribute('aria-labelledby', b.id);
        panel.firstElementChild.hidden = true;
        on(b, 'click', function () {
          store('tab', panel.dataset.tab);
          choose(panel.dataset.tab);
        });
        on(b, 'keydown', function (e) {
          var step = { ArrowRight: 1, ArrowLeft: panels.length - 1 }[e.key];
          if (!step) return;
          e.preventDefault();
          var next = buttons[(i + step) % panels.length];
          next.focus();
          next.click();
        });
        list.append(b);
        return b;
      });
      panels[0].before(list);
      return function (name) {
        var n = Math.max(0, panels.findIndex(function (p) { return p.dataset.tab === name; }));
        panels.forEach(function (p, i) {
          p.hidden = i !== n;
          buttons[i].setAttribute('aria-selected', i === n);
          buttons[i].tabIndex = i === n ? 0 : -1;
        });
      };
    }
  }

  // ---- Shortcuts

  var shortcuts = {}; // functions by key

  // shortcut assigns a function to a key, which readers can switch off.
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
        ['kind:event', 'also command, type (struct, union, enum, alternate), member (argument, branch), value'],
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

  // script loads a script of the site and calls back when it has run.
  function script(name, done) {
    var s = el('script', { src: root.dataset.root + name });
    on(s, 'load', done);
    document.head.append(s);
  }

  window.qapi = { el: el, on: on, script: script, shortcut: shortcut }; // for search.js

  on(document, 'DOMContentLoaded', function () {
    live = el('p', { 'class': 'vh', role: 'status' });
    document.body.append(live);
    document.querySelector('.tools').append(themeSwitch(), help());
    tabs();
    copyButtons();
    releases();
    scrollers();
    expander();
    printing();
    keys();
    reveal();
    on(window, 'hashchange', reveal);
  });
})();
