qapiWords({"l1":"A3","l2":"B3","lamp":"IIIII","level":"C2A","light":"C3","limit":"C4","line":"BEB","link":"C5","littl":"B","low":"C2A"});
