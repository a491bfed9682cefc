qapiWords({"void":"C2A"});
