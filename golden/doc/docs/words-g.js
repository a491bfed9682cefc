qapiWords({"glow":"B","green":"C2A"});
