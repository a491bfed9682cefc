// Package browser tests the HTML site of qapi-go docs in a real browser.
//
// It is a module of its own, so that users of the compiler do not get its
// dependencies. The tests need two programs' worth of help:
//
//   - chromium on the path;
//   - axe-core, the accessibility checker, in node_modules here:
//     npm install --no-save --prefix . axe-core (.ci/run names the version).
//
// A test without them is skipped with the reason, or fails if QAPI_LIVE is set.
//
// Sites are made by the program itself, from the embedded example and, where it
// is there (see internal/corpus), from QEMU's schema.
//
// With QAPI_SCREENSHOTS=DIR, TestScreenshots writes pictures of pages to look at
// into that folder.
package browser
