qapiWords({"off":"BA3","one":"C2CC2","org":"C5"});
