qapiWords({"yet":"B8"});
