qapiWords({"10":"C2A","100":"E2A"});
