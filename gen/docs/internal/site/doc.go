// Package site renders the reference of a schema as a static web site, which works from disk and
// from any web server, without a network.
//
// All pages are readable without JavaScript. Scripts add the search, themes, keys and copy
// buttons. They and the style sheet are in the folder assets, written by hand.
//
// All text of the schema is written by [writer.text] or as the value of an attribute, which
// escape it.
//
// # Files
//
//	index.html  commands.html  events.html  types.html  deprecated.html  errors.html
//	qemu-qmp-ref.html (or the name of QEMU's manual of the protocol)
//	module/SLUG.html  command/SLUG.html  event/SLUG.html  type/SLUG.html
//	names.js  summaries.js  words-0.js  words-a.js … words-z.js
//	site.css  site.js  search.js  manual.js  icon.svg
//
// # Several releases
//
// A [Series] writes a folder for each release with all of the above and
//
//	removed.html           definitions of older releases that this one no longer has
//	command/SLUG.html …    a page for each of those, too
//
// and next to those folders
//
//	index.html             the releases, newest first
//	qemu-qmp-ref.html      redirects links to QEMU's manual to the newest release
//	changes/OLD-NEW.html   what each release changed for clients
//
// A page has the same path in each release. It links to itself in each other release or, if that
// does not have it, in the nearest one that does. "Added in" is the first of the releases that
// has something on the wire.
//
// # Elements that scripts and the style sheet rely on
//
// On <html>: data-root is the path from the page to the folder of index.html ("",
// "../"), data-page the page's own path without ".html" ("command/query-status"),
// data-release the release, if there are several. In <head>: site.css; site.js, which
// blocks; search.js, deferred.
//
// In order, in <body>:
//
//	a.skip             "Skip to content", to #main
//	header.bar         a.brand (with small: the release, if it is the only one); div.search,
//	                   div.tools (both empty: scripts fill them)
//	                   after a.brand, if there are several releases, the switch between them:
//	                   details.releases > summary (the release), ul > li: a to this page in the
//	                   other release or, if that does not have it, in the nearest that does, with
//	                   small that says so; span[aria-current]
//	div.frame          nav.site > ul > li > a[aria-current=page]; main#main
//	footer
//
// In main: nav.crumbs > ol > li, the last with aria-current=page (not on index.html); one h1, which
// contains a code on the page of a definition.
//
// The page of a definition has, in main: h1, p.badges, div.notice.deprecated and
// div.notice.unstable, nav.toc > ul, then prose, then sections. Each section is an
// h2 with an id (arguments, data, members, values, branches, returns, errors,
// features, notes, examples, related, used-by, history, source), which holds a link
// to itself, and what follows it.
//
//	span.badge              text; also .kind, .since, .deprecated, .unstable, .if, .oob, .preconfig,
//	                        .rate, .optional, .feature, .unreachable, .added, .removed
//	table.members           tbody > tr: th[scope=row] > a.self > code, badges; td.type; td.text
//	table.values            the same without td.type
//	tr.nested               follows a row: td[colspan] contains the content of the row's value
//	details.nested          > summary; contains table.members, table.values, div.union or p.values
//	div.union[data-tag]     details.branch[data-values] (names, separated by blanks) and p.bare: the
//	                        branches of a union, all of them; data-tag names the discriminator
//	p.values                code, code, …: values without documentation or conditions
//	p.see                   a reference to where on the page something is shown
//	div.example             p.title; pre[data-copy], perhaps with prose between. With several forms:
//	                        [data-tabs][id], and section[data-tab=Wire] > h3, …;
//	                        section[data-tab=Go] > h3, … In p.title, span.made: generated from the
//	                        types; span.elided: parts are left out
//	pre[data-copy]          text to copy; span.client[data-send] and span.server contain a message
//	                        each, without its arrow; span.elision marks an omission
//	div.admonition          .note, .warning and so on; p.title
//	dl.definitions          div > dt, dd: a list of definitions with summaries
//	ul.names                li > a: a list of names
//	.literal                pre of literal text
//
// Ids of rows: arg-NAME (command), data-NAME (event), member-NAME (type), ret-NAME
// (result), value-NAME, branch-NAME, feature-NAME. Ids of nested members are paths with dots,
// arg-file.filename, in which a colon precedes a branch: arg-driver:qcow2.file. No other id
// has such a form.
//
// # Search index
//
// names.js and summaries.js, which the first results do not need, call a function each:
//
//	qapiNames({
//	  "modules": [ slug, … ],
//	  "titles": [ title, … ],                // of modules
//	  "defs": [ [kind, name, module, since, flags, member, …], … ],
//	  "slugs": { place in defs: slug, … }    // left out if empty
//	});
//	qapiSummaries([ "…", … ]);               // one for each of defs
//
// kind is c(ommand), e(vent), n (enum), s(truct), u(nion) or a(lternate); module is an index into
// modules; flags are letters: d(eprecated), u(nstable), i (it has a condition), x (not on the
// wire), r(emoved). A member is its name, after "=" if it is a branch, and followed by ":" and
// flags if it has any. The slug is the name, if slugs does not have it.
//
// The page is FOLDER/SLUG.html with FOLDER command, event or type; a member's id there
// starts with arg-, data-, value- (enum) or member-, a branch's with branch-.
//
// words-X.js has the words of the full text that start with X (0: with a digit), and is loaded
// for queries with such words:
//
//	qapiWords({ word: postings, … })
//
// Words are in the form of the function words. Postings are, for each document in order, a capital
// letter for the weight of the word there, from A for 1 to I for 9, and the distance from the
// previous document in base 36, left out if it is 1. The number of a document is its index in
// defs or, continuing after those, in titles.
package site
