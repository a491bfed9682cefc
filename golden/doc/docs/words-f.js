qapiWords({"first":"B","found":"D3"});
