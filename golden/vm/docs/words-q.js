qapiWords({"qmp":"H2C1p","query":"H5H5GG5GcHeGi","quit":"G7C7C9E16"});
