// Package certs issues X.509 certificates for tests of TLS.
package certs

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// An Authority issues certificates for one test.
type Authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	last int64
}

// New returns an authority with a certificate of its own.
func New(t testing.TB) *Authority {
	t.Helper()
	a := new(Authority)
	der, key := a.issue(t, &x509.Certificate{
		Subject: pkix.Name{CommonName: "test authority"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	})
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	a.cert, a.key = cert, key
	return a
}

// Pool returns a pool with the authority's certificate.
func (a *Authority) Pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	return pool
}

// issue returns a certificate as DER, and its key. The first one is the authority's own.
func (a *Authority) issue(t testing.TB, template *x509.Certificate) ([]byte, *ecdsa.PrivateKey) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	a.last++
	template.SerialNumber = big.NewInt(a.last)
	template.NotBefore, template.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	parent, signer := a.cert, a.key
	if parent == nil {
		parent, signer = template, key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	return der, key
}

// Peer issues a certificate for one side of a connection, with this name and for 127.0.0.1.
func (a *Authority) Peer(t testing.TB, name string, use x509.ExtKeyUsage) tls.Certificate {
	t.Helper()
	der, key := a.issue(t, &x509.Certificate{
		Subject: pkix.Name{CommonName: name}, DNSNames: []string{name}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{use},
	})
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// Write writes the certificates of the authority and of a peer, and its key, in PEM format to
// files of a folder, as QEMU's tls-creds-x509 reads them: ca-cert.pem, ROLE-cert.pem and
// ROLE-key.pem, where role is server or client.
func (a *Authority) Write(t testing.TB, dir, role string, peer tls.Certificate) {
	t.Helper()
	key, err := x509.MarshalPKCS8PrivateKey(peer.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	for name, block := range map[string]*pem.Block{
		"ca-cert.pem":      {Type: "CERTIFICATE", Bytes: a.cert.Raw},
		role + "-cert.pem": {Type: "CERTIFICATE", Bytes: peer.Certificate[0]},
		role + "-key.pem":  {Type: "PRIVATE KEY", Bytes: key},
	} {
		if err := os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
