qapiWords({"high":"C2A","http":"C5"});
