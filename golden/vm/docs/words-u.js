qapiWords({"udp":"C1m","unix":"B1cBG2","unmap":"Bh","unstabl":"C1r","until":"Bk","uptim":"Gb","user":"B1hB2GA3A"});
