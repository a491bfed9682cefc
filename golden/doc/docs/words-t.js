qapiWords({"term":"C2A","text":"C2AC2","timestamp":"A4","two":"BCD"});
