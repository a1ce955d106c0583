package secrets

import (
	"bytes"
	"encoding/asn1"
	"math/big"
)

// derKey recognises keys in binary form: PKCS#12 stores that hold one, PKCS#8, PKCS#1 and SEC 1.
func derKey(b []byte) (kind string, encrypted, ok bool) {
	if len(b) < 40 || b[0] != 0x30 || len(b) > 1<<20 {
		return "", false, false
	}
	if encrypted, ok = pkcs12(b); ok {
		return "PKCS#12 key store", encrypted, true
	}
	if kind, ok = pkcs8(b); ok {
		return kind, false, true
	}
	if kind, ok = plainKey(b); ok {
		return kind, false, true
	}
	return "PKCS#8 private key", true, encryptedPKCS8(b)
}

// Object identifiers, encoded: the content types of PKCS#7 and the key bags of PKCS#12 (RFC 7292).
var (
	oidData        = []byte("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01")
	oidKeyBag      = []byte("\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01\x01")
	oidShroudedBag = []byte("\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01\x02")
)

// pkcs12 reports whether a store of certificates and keys holds a key. Bags of keys are not encrypted as a whole by any tool
// in use; a store whose only contents are encrypted holds certificates.
func pkcs12(b []byte) (encrypted, ok bool) {
	head := b[:min(len(b), 40)]
	if !bytes.Contains(head, []byte{2, 1, 3, 0x30}) || !bytes.Contains(head, oidData) {
		return false, false
	}
	plain := bytes.Contains(b, oidKeyBag)
	return !plain, plain || bytes.Contains(b, oidShroudedBag)
}

// pkcs8 recognises an unencrypted PrivateKeyInfo (RFC 5958).
func pkcs8(b []byte) (kind string, ok bool) {
	var info struct {
		Version   int
		Algorithm struct {
			OID    asn1.ObjectIdentifier
			Params asn1.RawValue `asn1:"optional"`
		}
		Key []byte
		// attributes and the public key may follow
		Rest1 asn1.RawValue `asn1:"optional"`
		Rest2 asn1.RawValue `asn1:"optional"`
	}
	if _, err := asn1.Unmarshal(b, &info); err != nil || info.Version < 0 || info.Version > 1 || len(info.Key) < 32 || distinctBytes(info.Key) < 8 {
		return "", false
	}
	if info.Algorithm.OID.Equal(asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}) {
		return plainKey(info.Key)
	}
	return "PKCS#8 private key", true
}

// encryptedPKCS8 recognises an EncryptedPrivateKeyInfo: an algorithm with parameters and an octet string.
func encryptedPKCS8(b []byte) bool {
	var info struct {
		Algorithm struct {
			OID    asn1.ObjectIdentifier
			Params asn1.RawValue
		}
		Data []byte
	}
	_, err := asn1.Unmarshal(b, &info)
	return err == nil && len(info.Data) >= 40 && distinctBytes(info.Data) >= 16
}

// plainKey recognises RSA (RFC 8017), EC (RFC 5915) and DSA keys (as OpenSSL writes them) by their structure.
func plainKey(b []byte) (kind string, ok bool) {
	var rsa struct {
		Version               int
		N                     *big.Int
		E                     int
		D, P, Q, Dp, Dq, Qinv *big.Int
		OtherPrimes           asn1.RawValue `asn1:"optional"`
	}
	if _, err := asn1.Unmarshal(b, &rsa); err == nil {
		return "RSA private key", rsa.N.BitLen() >= 512 && rsa.D.BitLen() >= 16 && rsa.N.Bit(0) == 1
	}
	var ec struct {
		Version int
		Key     []byte
		Curve   asn1.ObjectIdentifier `asn1:"optional,explicit,tag:0"`
		Public  asn1.BitString        `asn1:"optional,explicit,tag:1"`
	}
	if _, err := asn1.Unmarshal(b, &ec); err == nil {
		return "EC private key", ec.Version == 1 && len(ec.Key) >= 20 && distinctBytes(ec.Key) >= 8
	}
	var dsa struct {
		Version       int
		P, Q, G, Y, X *big.Int
	}
	if _, err := asn1.Unmarshal(b, &dsa); err == nil {
		return "DSA private key", dsa.P.BitLen() >= 512 && dsa.X.BitLen() >= 64
	}
	return "", false
}
