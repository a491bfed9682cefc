package parser

import (
	"go/token"
	"slices"
	"strings"

	"github.com/qapi-go/qapi-go/ast"
)

// oldCond lowers a condition of QEMU 3.0 to 6.1: a C preprocessor expression, or a list of
// expressions that must all hold.
func (l *lowerer) oldCond(n *node, source string) ast.Cond {
	switch n.kind {
	case kindString:
		return l.cText(n, source)
	case kindArray:
	default:
		l.errorf(codeBadCondition, n, "'if' condition of %s must be a string or a list of strings", source).
			Hint("object conditions were added in QEMU 6.2")
		return nil
	}
	if len(n.values) == 0 {
		l.errorf(codeBadCondition, n, "'if' condition [] of %s is useless", source)
		return nil
	}
	var list []ast.Cond
	for _, v := range n.values {
		if v.kind != kindString {
			l.errorf(codeBadCondition, v, "'if' condition of %s must be a string or a list of strings", source)
			continue
		}
		if c := l.cText(v, source); c != nil {
			list = append(list, c)
		}
	}
	if len(list) == 1 {
		return list[0]
	}
	return &ast.CondAll{Span: n.Span, Conds: list}
}

// cText lowers a C expression.
func (l *lowerer) cText(n *node, source string) ast.Cond {
	if strings.TrimSpace(n.text) == "" {
		l.errorf(codeBadCondition, n, "'if' condition '%s' of %s makes no sense", n.text, source)
		return nil
	}
	// The text starts after the quote.
	p := cParser{text: n.text, from: n.From + 1}
	p.next()
	if c := p.any(0); c != nil && p.tok == "" {
		return c
	}
	return &ast.CondText{Span: n.Span, Text: n.text}
}

// A cParser parses C expressions built from defined(), !, && and ||. Its methods return nil for
// other expressions.
type cParser struct {
	text string
	from token.Pos // of text

	pos int    // end of tok
	tok string // "" at the end
}

// next reads the next token. Any other character is a token of its own.
func (p *cParser) next() {
	rest := p.text[p.pos:]
	trimmed := strings.TrimLeft(rest, " \t")
	p.pos += len(rest) - len(trimmed)
	length := len(trimmed) - len(strings.TrimLeft(trimmed, letters+digits+"_"))
	switch {
	case length > 0 || trimmed == "":
	case strings.HasPrefix(trimmed, "&&"), strings.HasPrefix(trimmed, "||"):
		length = 2
	default:
		length = 1
	}
	p.tok = trimmed[:length]
	p.pos += length
}

// accept consumes the current token if it equals tok.
func (p *cParser) accept(tok string) bool {
	if p.tok != tok {
		return false
	}
	p.next()
	return true
}

// start returns the position of the current token.
func (p *cParser) start() token.Pos { return p.from + token.Pos(p.pos-len(p.tok)) }

// any parses operands of "||".
func (p *cParser) any(depth int) ast.Cond {
	from := p.start()
	list := p.operands("||", depth, p.all)
	if len(list) < 2 {
		return first(list)
	}
	return &ast.CondAny{Span: ast.Span{From: from, To: list[len(list)-1].End()}, Conds: list}
}

// all parses operands of "&&".
func (p *cParser) all(depth int) ast.Cond {
	from := p.start()
	list := p.operands("&&", depth, p.not)
	if len(list) < 2 {
		return first(list)
	}
	return &ast.CondAll{Span: ast.Span{From: from, To: list[len(list)-1].End()}, Conds: list}
}

func first(list []ast.Cond) ast.Cond {
	if len(list) == 0 {
		return nil
	}
	return list[0]
}

// operands parses the operands of an operator. It returns nil if one of them cannot be parsed.
func (p *cParser) operands(operator string, depth int, operand func(depth int) ast.Cond) []ast.Cond {
	var list []ast.Cond
	for {
		list = append(list, operand(depth))
		if !p.accept(operator) {
			break
		}
	}
	if slices.Contains(list, nil) {
		return nil
	}
	return list
}

// not parses "!" and its operand, a parenthesized expression, or defined().
func (p *cParser) not(depth int) ast.Cond {
	from := p.start()
	switch {
	case depth > MaxDepth:
		return nil
	case p.accept("!"):
		if c := p.not(depth + 1); c != nil {
			return &ast.CondNot{Span: ast.Span{From: from, To: c.End()}, Cond: c}
		}
	case p.accept("("):
		if c := p.any(depth + 1); p.accept(")") {
			return c
		}
	case p.accept("defined"):
		open := p.accept("(")
		name := p.tok
		if isLetterOrUnderscore(name) {
			p.next()
			to := p.from + token.Pos(p.pos-len(p.tok))
			if !open || p.accept(")") {
				return &ast.CondMacro{Span: ast.Span{From: from, To: to}, Name: name}
			}
		}
	}
	return nil
}

// isLetterOrUnderscore reports whether a token starts like a C identifier.
func isLetterOrUnderscore(tok string) bool {
	return tok != "" && (isLetter(tok[0]) || tok[0] == '_')
}

// objectForm returns a hint with the object form of a C expression, which conditions have since
// QEMU 6.2. It returns "" if there is no such form.
func objectForm(text string) string {
	p := cParser{text: text}
	p.next()
	c := p.any(0)
	if c == nil || p.tok != "" {
		return ""
	}
	return "C expressions were dropped in QEMU 6.2: write " + condForm(c)
}

func condForm(c ast.Cond) string {
	switch c := c.(type) {
	case *ast.CondMacro:
		return "'" + c.Name + "'"
	case *ast.CondNot:
		return "{ 'not': " + condForm(c.Cond) + " }"
	case *ast.CondAll:
		return "{ 'all': [ " + condForms(c.Conds) + " ] }"
	case *ast.CondAny:
		return "{ 'any': [ " + condForms(c.Conds) + " ] }"
	}
	return ""
}

func condForms(conds []ast.Cond) string {
	forms := make([]string, len(conds))
	for i, c := range conds {
		forms[i] = condForm(c)
	}
	return strings.Join(forms, ", ")
}
