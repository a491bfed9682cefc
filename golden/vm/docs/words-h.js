qapiWords({"happen":"C1r","held":"Fk","here":"Bh","hold":"GkC","host":"CfBBhF3BcG2B3C3G2A","human":"F6"});
