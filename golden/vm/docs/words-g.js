qapiWords({"gap":"C6","gateway":"B1h","gaug":"FfF","gave":"B4ABaA","generic":"C7Ax","give":"Fp","given":"B8Fi","go":"FcF9","goe":"Cn","greet":"B2","guest":"D8BAE4CBG7F2FFlB9G2C3C4"});
