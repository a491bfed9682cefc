qapiWords({"emit":"F4","emphasis":"C","error":"A3","event":"D4","exampl":"C5","execut":"B3"});
