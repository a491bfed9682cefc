qapiWords({"all":"B","argument":"B3"});
