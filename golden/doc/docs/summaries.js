qapiSummaries(["What a lamp does.","A lamp.","Change a lamp.","Emitted when a lamp changes."]);
