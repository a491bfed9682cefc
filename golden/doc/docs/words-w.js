qapiWords({"warn":"C2A","wat":"C2A","written":"C2AC2"});
