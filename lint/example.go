package lint

// examplesValid finds messages of examples that the schema does not allow.
func (l *linter) examplesValid() {}
