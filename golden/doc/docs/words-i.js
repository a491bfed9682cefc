qapiWords({"id":"D2D","instead":"C3","int":"C2A"});
