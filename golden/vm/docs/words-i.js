qapiWords({"id":"CoCBBAB2BBBmA5B2B","img":"B14","inet":"B1cBGA9","info":"G4CG4Gw","instead":"C8C6","interfac":"F6","ipv6":"C1e","itself":"B4ABiC5C11"});
