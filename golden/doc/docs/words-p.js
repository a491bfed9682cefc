qapiWords({"paragraph":"C2A"});
