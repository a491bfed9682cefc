qapiWords({"second":"BA3","see":"C2A","set":"C2H","shin":"B","star":"C","stat":"HBDA","stay":"C2A","strong":"C"});
