// Redirects anchors of QEMU's own manual to the pages of this reference. names.js is loaded
// after this script and calls qapiNames.
(function () {
  'use strict';

  var folders = { c: 'command/', e: 'event/' }; // "type/" for all others

  // heading returns the anchor that Sphinx derives from a heading.
  function heading(text) {
    return text.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^[^a-z]+|-+$/g, '');
  }

  var search = window.qapiNames; // loads names.js again if the search is used

  window.qapiNames = function (index) {
    window.qapiNames = search;
    // definition and module return the path of a page, or undefined.
    function definition(name) {
      for (var i = 0; i < index.defs.length; i++) {
        var d = index.defs[i];
        if (d[1] === name) return (folders[d[0]] || 'type/') + encodeURIComponent((index.slugs || {})[i] || name) + '.html';
      }
    }
    function module(test) {
      for (var i = 0; i < index.titles.length; i++) {
        if (index.modules[i] && test(index.modules[i], index.titles[i])) return 'module/' + encodeURIComponent(index.modules[i]) + '.html';
      }
    }

    // page returns the path of the page for an anchor, or undefined.
    function page(anchor) {
      // Sphinx, with QEMU's QAPI domain: kind, namespace, module, name.
      var m = /^(?:command|event|enum|object|alternate|struct|union)-(?:[A-Za-z0-9]+-)?([^.]*)\.(.+)$/.exec(anchor);
      if (m) return definition(m[2]);
      // The same without a module.
      m = /^(?:command|event|enum|object|alternate|struct|union)-(?:(?:QMP|QGA|QSD)-)?(.+)$/.exec(anchor);
      if (m && definition(m[1])) return definition(m[1]);
      m = /^module-(?:(?:QMP|QGA|QSD)-)?(.+)$/.exec(anchor);
      if (m) return module(function (slug) { return slug === m[1]; });
      // Texinfo: "_00" and the hexadecimal code for punctuation.
      m = /^index-(.+)$/.exec(anchor);
      if (m) {
        return definition(m[1].replace(/_00([0-9a-f]{2})/g, function (all, code) { return String.fromCharCode(parseInt(code, 16)); }));
      }
      return module(function (slug, title) { return heading(title) === anchor; });
    }

    function go() {
      var root = document.documentElement.dataset.root, anchor = location.hash.slice(1);
      try { anchor = decodeURIComponent(anchor); } catch (e) { /* not encoded: use it as is */ }
      var to = anchor ? page(anchor) : 'index.html';
      if (to) {
        location.replace(root + to);
        return;
      }
      document.getElementById('manual').textContent = /^qapidoc-\d+$/.test(anchor) ?
        'The link "#' + anchor + '" is to a manual with numbered anchors. The numbers changed with each build, so that it cannot be redirected.' :
        'This reference has nothing for the link "#' + anchor + '". It may be to another release or another protocol.';
    }
    window.addEventListener('hashchange', go);
    go();
  };
})();
