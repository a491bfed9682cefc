qapiWords({"backslash":"C","becam":"B4","block":"C2A","bright":"C5"});
