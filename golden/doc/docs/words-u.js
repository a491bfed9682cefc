qapiWords({});
