// Search as you type: over names of definitions, members and values first, then over all
// text. The index of names is loaded when the search box is focused for the first time;
// the parts of the full-text index, by first letter, when a query needs them. All are
// classic scripts.
(function () {
  'use strict';

  var el = qapi.el, on = qapi.on;

  // ---- Index of names: names.js calls qapiNames, then summaries.js qapiSummaries

  var kinds = { c: 'command', e: 'event', s: 'struct', u: 'union', a: 'alternate', n: 'enum' };
  var folders = { c: 'command/', e: 'event/' }; // "type/" for all others
  var members = { c: ['argument', '#arg-'], e: ['member', '#data-'], n: ['value', '#value-'] };

  var entries = null; // null until the index is loaded
  var documents = []; // by number in the full-text index

  function entry(name, kind, href, flags) {
    return {
      name: name, kind: kind, href: href, key: norm(name), summary: '', text: '',
      deprecated: flags.indexOf('d') >= 0, unstable: flags.indexOf('u') >= 0, removed: flags.indexOf('r') >= 0
    };
  }

  window.qapiNames = function (index) {
    entries = [];
    index.defs.forEach(function (d, i) {
      var slug = (index.slugs || {})[i] || d[1];
      var def = entry(d[1], kinds[d[0]], (folders[d[0]] || 'type/') + encodeURIComponent(slug) + '.html', d[4]);
      def.module = norm(index.modules[d[2]]);
      def.since = d[3];
      entries.push(def);
      documents.push(def);
      d.slice(5).forEach(function (text) {
        var m = /^(=?)(.*?)(?::([a-z]*))?$/.exec(text);
        var as = m[1] ? ['branch', '#branch-'] : members[d[0]] || ['member', '#member-'];
        var e = entry(m[2], as[0], def.href + as[1] + encodeURIComponent(m[2]), m[3] || '');
        e.owner = def;
        e.module = def.module;
        e.since = def.since;
        entries.push(e);
      });
    });
    index.titles.forEach(function (title, i) {
      var m = entry(title, 'module', 'module/' + encodeURIComponent(index.modules[i]) + '.html', '');
      m.module = norm(index.modules[i]);
      m.since = '';
      documents.push(m);
    });
  };

  window.qapiSummaries = function (summaries) {
    entries.filter(function (e) { return !e.owner; }).forEach(function (def, i) {
      def.summary = summaries[i];
      def.text = norm(summaries[i]);
    });
  };

  // ---- Full-text index: each part calls qapiWords

  var texts = {};   // by word: its encoded postings
  var parts = {};   // by letter: true if loaded, false while loading
  var waiting = 0;  // number of parts being loaded

  window.qapiWords = function (words) { Object.assign(texts, words); };

  // need loads the parts for some words and reports whether all are loaded.
  function need(words) {
    var all = true;
    words.forEach(function (w) {
      var part = /[a-z]/.test(w[0]) ? w[0] : '0';
      if (parts[part]) return;
      all = false;
      if (parts.hasOwnProperty(part)) return;
      parts[part] = false;
      waiting++;
      busy();
      qapi.script('words-' + part + '.js', function () {
        parts[part] = true;
        waiting--;
        busy();
        again();
      });
    });
    return all;
  }

  var stop = {};
  ('an and are as at be but by can could do does for from get had has have how if in into is it its ' +
    'me my no not of on or out shall should so some such than that the their them then there these they this to up ' +
    'use used using want was we were what when where which while who why will with would you your')
    .split(' ').forEach(function (w) { stop[w] = true; });

  // stem is the same as stem of the generator (stem.go).
  function stem(w) {
    if (/ies$/.test(w) && w.length >= 5) w = w.slice(0, -3) + 'y';
    else if (/s$/.test(w) && !/[sui]s$/.test(w) && w.length >= 4) w = w.slice(0, -1);
    if (/tion$/.test(w) && w.length >= 7 || /ing$/.test(w) && w.length >= 6) w = w.slice(0, -3);
    else if (/ed$/.test(w) && w.length >= 5) w = w.slice(0, -2);
    if (/e$/.test(w) && w.length >= 5) w = w.slice(0, -1);
    return w.length > 3 ? w.replace(/([a-z])\1$/, '$1') : w;
  }

  // Common words for things that QEMU names differently.
  var also = {};
  [
    'hotplug plug add', 'unplug remove delete del', 'hot device', 'remove delete del unplug', 'delete del remove', 'detach del remove',
    'attach add', 'create add', 'start cont launch', 'resume cont continue', 'pause stop', 'suspend wakeup', 'reboot reset', 'restart reset',
    'shutdown powerdown quit', 'poweroff powerdown quit', 'kill quit', 'exit quit', 'nic netdev network', 'network netdev nic', 'disk block blockdev drive',
    'drive block blockdev', 'cdrom medium', 'cd medium', 'iso medium', 'ram memory', 'memory balloon', 'resize size', 'grow resize', 'shrink balloon resize', 'reduce balloon', 'restore load', 'progress status', 'crashed panic', 'crash panic', 'incremental backup dirty bitmap', 'limit throttle', 'throttle limit iops',
    'iops throttle', 'bandwidth throttle speed', 'copy mirror', 'clone mirror', 'screenshot screendump', 'keyboard key', 'type key', 'press key',
    'usb device', 'processor cpu', 'vcpu cpu', 'cpus cpu', 'core cpu', 'list query', 'show query', 'status query', 'version query', 'info query',
    'change set', 'rename set', 'serial chardev', 'console chardev', 'password passwd', 'live migrate', 'merge commit', 'flatten stream', 'coredump dump'
  ].forEach(function (line) {
    var w = line.split(' ').map(stem);
    also[w[0]] = w.slice(1);
  });

  // textWords returns a list for each word of a query: the word itself, then synonyms, in
  // the form of the full-text index.
  function textWords(query) {
    return query.replace(/[a-z]+:\S*/g, ' ').replace(/([a-z])(?=[A-Z])/g, '$1 ').toLowerCase().split(/[^a-z0-9]+/).filter(function (w) {
      return w.length > 1 && !stop[w];
    }).map(function (w) { return [stem(w)].concat(also[stem(w)] || []); });
  }

  // weigh adds the weight of a word in each document.
  function weigh(word, into, factor) {
    var postings = texts.hasOwnProperty(word) ? texts[word].match(/[A-Z][0-9a-z]*/g) : [];
    var at = -1, rarity = Math.log(1 + documents.length / (1 + postings.length));
    postings.forEach(function (p) {
      at += p.length > 1 ? parseInt(p.slice(1), 36) : 1;
      into[at] = Math.max(into[at] || 0, factor * rarity * (p.charCodeAt(0) - 64));
    });
  }

  // inText returns the documents whose text has words of a query, best first.
  function inText(query, tests) {
    var lists = textWords(query), scores = {}, found = {};
    if (!lists.length || !need([].concat.apply([], lists))) return [];
    lists.forEach(function (list) {
      var one = {};
      list.forEach(function (w, i) { weigh(w, one, i ? 0.6 : 1); });
      Object.keys(one).forEach(function (i) {
        scores[i] = (scores[i] || 0) + one[i];
        found[i] = (found[i] || 0) + 1;
      });
    });
    var value = function (i) {
      var d = documents[i];
      return scores[i] * found[i] / lists.length * ({ command: 1.5, event: 1.1, module: 0.6 }[d.kind] || 0.8) * (d.deprecated || d.removed ? 0.7 : 1);
    };
    var least = lists.length > 2 ? lists.length / 2 : lists.length > 1 ? 1 : 1;
    return Object.keys(scores).filter(function (i) {
      return found[i] >= least && tests.every(function (t) { return t(documents[i]); });
    }).sort(function (a, b) { return value(b) - value(a) || a - b; }).map(function (i) { return documents[i]; });
  }

  // load loads the index on the first call.
  var load = function () {
    load = function () {};
    waiting++;
    busy();
    qapi.script('names.js', function () {
      again();
      qapi.script('summaries.js', function () {
        waiting--;
        again();
        busy();
      });
    });
  };

  // busy marks the list while something is being loaded.
  function busy() {
    if (waiting) list.setAttribute('aria-busy', 'true');
    else list.removeAttribute('aria-busy');
  }

  // again repeats the query when something has been loaded, unless the reader is already
  // choosing a result.
  function again() { if (document.activeElement === input && !chosen) show(); }

  // ---- Query

  // norm removes differences of case, "-" and "_" from a name.
  function norm(text) { return text.toLowerCase().replace(/[-_]/g, ''); }

  var shown = 50; // maximum number of results

  // atLeast reports whether a release such as "10.1" is not older than another.
  function atLeast(release, wanted) {
    var a = release.split('.'), b = wanted.split('.');
    for (var i = 0; i < b.length; i++) {
      var d = (parseInt(a[i], 10) || 0) - (parseInt(b[i], 10) || 0);
      if (d) return d > 0;
    }
    return true;
  }

  // Filters of a query, "key:value", as predicates of an entry.
  var filters = {
    kind: function (value) {
      var among = { type: ['struct', 'union', 'enum', 'alternate'], member: ['member', 'argument', 'branch'] }[value] || [value];
      return function (e) { return among.indexOf(e.kind) >= 0; };
    },
    'in': function (value) {
      value = norm(value);
      return function (e) { return e.module.indexOf(value) >= 0; };
    },
    since: function (value) {
      return function (e) { return e.since !== '' && atLeast(e.since, value); };
    },
    deprecated: flagFilter('deprecated'),
    unstable: flagFilter('unstable')
  };
  function flagFilter(name) {
    return function (value) {
      return function (e) { return (e[name] || !!e.owner && e.owner[name]) === (value !== 'no'); };
    };
  }

  // parse splits a query into words and filters.
  function parse(query) {
    var words = [], tests = [];
    query.trim().split(/[\s.]+(?![\d])/).forEach(function (part) {
      var m = /^([a-z]+):(.*)$/.exec(part);
      if (m && filters.hasOwnProperty(m[1])) {
        if (m[2]) tests.push(filters[m[1]](m[2].toLowerCase()));
      } else if (norm(part)) {
        words.push(norm(part));
      }
    });
    return { words: words, tests: tests, text: query };
  }

  // grade returns how well an entry matches words: smaller is better, -1 is no match. The
  // last word must match its name, the others may match its owner.
  function grade(entry, words) {
    var last = words[words.length - 1] || '';
    var at = entry.key.indexOf(last);
    for (var i = 0; i < words.length - 1; i++) {
      if (entry.key.indexOf(words[i]) < 0 && (!entry.owner || entry.owner.key.indexOf(words[i]) < 0) &&
          entry.text.indexOf(words[i]) < 0) return -1;
    }
    if (at < 0) return -1;
    var fit = at > 0 ? 2 : entry.key.length > last.length ? 1 : 0;
    return entry.owner ? fit + (entry.kind === 'value' ? 6 : 3) : fit;
  }

  // search returns the best entries for a query, and the total number of matches.
  function search(q) {
    var grades = [], best = [], count = 0;
    entries.forEach(function (e) {
      if (!q.tests.every(function (t) { return t(e); })) return;
      var g = grade(e, q.words);
      if (g < 0) return;
      (grades[g] = grades[g] || []).push(e);
      count++;
    });
    grades.forEach(function (list) {
      list.sort(function (a, b) { return a.key.length - b.key.length; });
      best = best.concat(list);
    });
    inText(q.text, q.tests).forEach(function (d) {
      if (best.indexOf(d) >= 0) return;
      best.push(d);
      count++;
    });
    return { best: best.slice(0, shown), count: count };
  }

  // ---- Search box and list of results

  var input, list, panel, status;

  // marked returns a name with the words of the query marked.
  function marked(name, words) {
    var last = words[words.length - 1];
    var pattern = last && last.split('').map(function (c) {
      return c.replace(/[^a-z0-9]/g, '\\$&');
    }).join('[-_]*');
    var m = pattern && new RegExp(pattern, 'i').exec(name);
    if (!m) return [name];
    return [name.slice(0, m.index), el('mark', {}, m[0]), name.slice(m.index + m[0].length)];
  }

  function option(entry, words, i) {
    var a = el('a', { role: 'option', id: 'found-' + i, href: document.documentElement.dataset.root + entry.href, tabindex: -1, 'aria-selected': 'false' });
    var name = el('code', {});
    name.append.apply(name, marked(entry.name, words));
    var line = el('span', { 'class': 'found' }, name, el('span', { 'class': 'kind' }, entry.kind));
    if (entry.owner) line.append(el('span', { 'class': 'owner' }, 'of ' + entry.owner.name));
    ['deprecated', 'unstable', 'removed'].forEach(function (flag) {
      if (entry[flag]) line.append(el('span', { 'class': 'badge ' + flag }, flag));
    });
    a.append(line);
    if (entry.summary) a.append(el('span', { 'class': 'summary' }, entry.summary));
    return a;
  }

  function show() {
    var q = parse(input.value);
    if (!entries || !q.words.length && !q.tests.length) {
      close();
      return;
    }
    var found = search(q);
    list.replaceChildren.apply(list, found.best.map(function (e, i) { return option(e, q.words, i); }));
    input.setAttribute('aria-expanded', found.count > 0);
    choose(0);
    status.textContent = found.count === 0 ? 'Nothing found' :
      found.count > shown ? 'The first ' + shown + ' of ' + found.count + ' results' :
      found.count === 1 ? '1 result' : found.count + ' results';
    panel.hidden = false;
  }

  function close() {
    panel.hidden = true;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
    list.replaceChildren();
    status.textContent = '';
  }

  var chosen = 0;
  function choose(i) {
    var options = list.children;
    if (options[chosen]) options[chosen].setAttribute('aria-selected', 'false');
    chosen = i;
    if (!options[i]) {
      input.removeAttribute('aria-activedescendant');
      return;
    }
    options[i].setAttribute('aria-selected', 'true');
    options[i].scrollIntoView({ block: 'nearest' });
    input.setAttribute('aria-activedescendant', options[i].id);
  }

  function keydown(e) {
    var n = list.children.length;
    if (e.key === 'ArrowDown' || e.key === 'ArrowUp') {
      if (panel.hidden) show();
      else if (n) choose((chosen + (e.key === 'ArrowDown' ? 1 : n - 1)) % n);
    } else if (e.key === 'Enter') {
      if (!panel.hidden && list.children[chosen]) {
        list.children[chosen].click();
      }
    } else if (e.key === 'Escape') {
      if (!panel.hidden) close();
      else if (input.value) input.value = '';
      else input.blur();
    } else {
      return;
    }
    e.preventDefault();
  }

  function build(place) {
    input = el('input', {
      type: 'search', role: 'combobox', id: 'query', placeholder: 'Search  /', 'aria-label': 'Search',
      'aria-expanded': 'false', 'aria-controls': 'found', 'aria-autocomplete': 'list', autocomplete: 'off',
      autocapitalize: 'off', spellcheck: 'false'
    });
    list = el('div', { role: 'listbox', id: 'found', 'aria-label': 'Results' });
    status = el('p', { role: 'status' });
    panel = el('div', { 'class': 'results' }, status, list);
    panel.hidden = true;
    place.append(input, panel);
    on(input, 'focus', load);
    on(input, 'input', show);
    on(input, 'keydown', keydown);
    on(document, 'click', function (e) { if (!place.contains(e.target)) close(); });
    on(list, 'mousedown', function (e) { e.preventDefault(); }); // keep the focus in the box
    on(list, 'click', close);
    qapi.shortcut('/', function () { input.focus(); input.select(); });
  }

  build(document.querySelector('.search'));
})();
