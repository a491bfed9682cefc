qapiWords({"name":"B2A","note":"C2A"});
