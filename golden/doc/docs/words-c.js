qapiWords({"candl":"C3","chang":"C2FI","chapter":"C5","character":"C2","clas":"A3","code":"C","colour":"C2A","content":"C5"});
