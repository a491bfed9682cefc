qapiWords({"keep":"F12","kernel":"B8","key":"IhIIFI","keyboard":"FhBB","kind":"BoB3AFkB"});
