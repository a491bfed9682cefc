// Package browser tests the HTML site of qapi-go docs in a real browser.
//
// It is a module of its own, so that users of the compiler do not get its dependencies. The tests
// need:
//
//   - chromium in PATH;
//   - axe-core, the accessibility checker, in node_modules here:
//     npm install --no-save --prefix . axe-core (.ci/run names the version).
//
// Without them, tests are skipped with the reason, or fail if QAPI_LIVE is set.
//
// The program generates the sites, from the embedded example and, if the corpus is found (see
// internal/testkit/corpus), from QEMU's schema.
//
// With QAPI_SCREENSHOTS=DIR, TestScreenshots writes screenshots of pages to that folder.
package browser
