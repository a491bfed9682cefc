// Package site writes the reference of a schema as a static web site: a folder
// of pages that works from a disk and from any web server, without a network.
//
// Everything can be read without JavaScript. Scripts add the search, the choice
// of colours, keys and copy buttons. They are in the folder assets, written by
// hand, as the style sheet is, and taken as they are.
//
// All text of the schema passes through [writer.text] or an attribute's value,
// which escape it. There is no other way to write text.
//
// # Files
//
//	index.html  commands.html  events.html  types.html  deprecated.html  errors.html
//	qemu-qmp-ref.html (or as QEMU's manual of the protocol is called)
//	module/SLUG.html  command/SLUG.html  event/SLUG.html  type/SLUG.html
//	names.js  summaries.js  words-0.js  words-a.js … words-z.js  site.css  site.js  search.js  manual.js  icon.svg
//
// # Several releases
//
// [Releases] writes a folder for each release with all of the above and
//
//	removed.html  command/SLUG.html …  also for what older releases had, which says what became of it
//
// and next to those folders
//
//	index.html             the releases, newest first
//	qemu-qmp-ref.html      leads links to QEMU's manual to the newest release
//	changes/OLD-NEW.html   what each release changed for clients
//
// All pages have the same place in each release. Every page leads to itself in each
// other one or, where that has none, to the nearest release that has it. "Added in"
// names the first of the releases that has something, by what is on the wire.
//
// # What scripts and the style sheet may rely on
//
// On <html>: data-root is the path from the page to the folder of index.html ("",
// "../"), data-page the page's own path without ".html" ("command/query-status"),
// data-release the release, if there are several. In <head>: site.css; site.js, which
// blocks; search.js, deferred.
//
// In order, in <body>:
//
//	a.skip             "Skip to content", to #main
//	header.bar         a.brand (with small: the release, if it is the only one); div.search, div.tools (both empty: for scripts to fill)
//	                   after a.brand, if there are several releases, the switch between them:
//	                   details.releases > summary (the release), ul > li: a to this page in the other release
//	                   or, if it has none, in the nearest that has it, with small that says so; span[aria-current]
//	div.frame          nav.site > ul > li > a[aria-current=page]; main#main
//	footer
//
// In main: nav.crumbs > ol > li, the last with aria-current=page (not on index.html); one h1, on
// the page of a definition around a code.
//
// The page of a definition has, in main: h1, p.badges, div.notice.deprecated and
// div.notice.unstable, nav.toc > ul, then prose, then sections. Each section is an
// h2 with an id (arguments, data, members, values, branches, returns, errors,
// features, notes, examples, related, used-by, history, source), which holds a link
// to itself, and what follows it.
//
//	span.badge              text; also .kind, .since, .deprecated, .unstable, .if, .oob, .preconfig, .rate,
//	                        .optional, .feature, .unreachable, .added, .removed
//	table.members           tbody > tr: th[scope=row] > a.self > code, badges; td.type; td.text
//	table.values            the same without td.type
//	tr.nested               follows a row: td[colspan] holds what the row's value consists of
//	details.nested          > summary; holds table.members, table.values, div.union or p.values
//	div.union[data-tag]     details.branch[data-values] (names, separated by blanks) and p.bare: the
//	                        branches of a union, all of them; data-tag names the discriminator
//	p.values                code, code, …: values without documentation or conditions
//	p.see                   a reference to where on the page something is shown
//	div.example             p.title; pre[data-copy], perhaps with prose between. If there is more than one form:
//	                        [data-tabs][id], and section[data-tab=Wire] > h3, …; section[data-tab=Go] > h3, …
//	                        span.made in p.title: it was made from the types; span.elided: parts are left out
//	pre[data-copy]          text to be copied; in messages, span.client[data-send] and span.server hold one
//	                        each, without its arrow; span.elision says that something is left out
//	div.admonition          .note, .warning and so on; p.title
//	dl.definitions          div > dt, dd: a list of definitions with summaries
//	ul.names                li > a: a list of names
//	.literal                pre of literal text
//
// Ids of rows: arg-NAME (command), data-NAME (event), member-NAME (type), ret-NAME
// (result), value-NAME, branch-NAME, feature-NAME. Below those come the names on the
// way, with dots: arg-file.filename; a colon stands before a branch:
// arg-driver:qcow2.file. An id that is not a row's is no such name.
//
// # The index of the search
//
// names.js calls one function, and summaries.js, which is not needed for the first
// results, another:
//
//	qapiNames({
//	  "modules": [ slug, … ],
//	  "titles": [ title, … ],                // of modules
//	  "defs": [ [kind, name, module, since, flags, member, …], … ],
//	  "slugs": { place in defs: slug, … }    // left out if there are none
//	});
//	qapiSummaries([ "…", … ]);               // one for each of defs
//
// kind is c(ommand), e(vent), n (enum), s(truct), u(nion) or a(lternate); module is an
// index into modules; flags are letters: d(eprecated), u(nstable), i (there is a
// condition), x (not on the wire), r (removed: the page says when). A member is its name,
// with "=" before it if it is a branch, and ":" and flags after it if there are any. The
// slug, if there is none, is the name.
//
// The page is FOLDER/SLUG.html with FOLDER command, event or type; a member's id there
// starts with arg-, data-, value- (enum) or member-, a branch's with branch-.
//
// words-X.js has the words of the full text that start with X (0: with a digit), and
// is loaded when a query has one:
//
//	qapiWords({ word: postings, … })
//
// Words are in the form that the function words gives them. Postings are, for each document
// in order, a capital letter for the weight of the word there, from A for 1 to I for 9, and
// the distance from the document before in base 36, left out if it is 1. A document is an
// index in defs, or after those in titles.
package site
