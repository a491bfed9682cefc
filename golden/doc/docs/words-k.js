qapiWords({"keep":"C"});
