qapiWords({"main":"C2A","manual":"H5","markup":"C","mean":"E2B","member":"C2","microsecond":"A4","more":"B"});
