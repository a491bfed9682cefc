qapiWords({"wait":"BeBv","watchdog":"E8","went":"F18F2A","whether":"B9ABdBbBBA4BAC8BB7B3B","whoever":"B1h","without":"B6CC4","writ":"ByBA5B4CA2","written":"BxC8C","wrong":"F18F2A"});
