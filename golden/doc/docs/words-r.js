qapiWords({"rate":"C4","red":"C2A","return":"A3"});
