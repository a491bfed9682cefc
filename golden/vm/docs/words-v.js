qapiWords({"valu":"ItCCC","version":"I3II","virtual":"B9AC1h","vm":"B4B"});
