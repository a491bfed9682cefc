qapiWords({"dark":"B","data":"A4","default":"B3","desc":"A3","devic":"D3","dim":"BA2"});
