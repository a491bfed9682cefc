qapiWords({"qemu":"C5"});
