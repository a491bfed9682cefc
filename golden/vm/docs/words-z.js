qapiWords({"zero":"BxB5"});
