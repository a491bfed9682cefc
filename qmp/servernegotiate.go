package qmp

// negotiate answers a command of a client that has not yet negotiated.
func (c *serverConn) negotiate(req request) {
	if req.command != commandCapabilities {
		c.reply(&req, nil, &Error{ClassCommandNotFound, "Expecting capabilities negotiation with '" + commandCapabilities + "'"})
		return
	}
	enable, err := c.server.parseCapabilities(req.args)
	if err != nil {
		c.reply(&req, nil, err)
		return
	}
	c.oob.Store(enable)
	c.out.negotiated(appendReply(nil, []byte("{}"), nil, req.id, "\r\n"))
}

// capabilitiesArgs are the arguments of qmp_capabilities.
type capabilitiesArgs struct {
	Enable []capability `json:"enable,omitzero"`
}

// A capability is one that QEMU knows, whether it is offered or not.
type capability string

func (c capability) Known() bool { return c == capabilityOOB }

// parseCapabilities parses the arguments of qmp_capabilities. It reports whether they enable
// out-of-band execution.
func (s *Server) parseCapabilities(text []byte) (oob bool, err error) {
	var args capabilitiesArgs
	if _, err := decodeInto(&args, text); err != nil {
		return false, err
	}
	unavailable := ""
	for _, c := range args.Enable {
		if s.greeting.Has(string(c)) {
			continue
		}
		if unavailable != "" {
			unavailable += ", "
		}
		unavailable += string(c)
	}
	if unavailable != "" {
		return false, &Error{ClassGenericError, "Capability " + unavailable + " not available"}
	}
	return len(args.Enable) > 0, nil
}
