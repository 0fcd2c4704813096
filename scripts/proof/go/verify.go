// Verifies tokens with github.com/coreos/go-oidc, which knows nothing of this project: reads a JSON list of
// {"token", "audience"} and writes a JSON list of errors, empty where the token is good: <issuer> <address> <authority>.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
)

type asked struct {
	Token    string `json:"token"`
	Audience string `json:"audience"`
}

func main() {
	issuer, address, authority := os.Args[1], os.Args[2], os.Args[3]
	pem, err := os.ReadFile(authority)
	if err != nil {
		panic(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		panic("no certificate in " + authority)
	}
	// The issuer's host name is that of a bucket; here its documents are served at another address.
	dialer := &net.Dialer{Timeout: 10 * time.Second}
	client := &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, network, address)
		},
		TLSClientConfig: &tls.Config{RootCAs: roots},
	}}
	ctx := oidc.ClientContext(context.Background(), client)
	provider, err := oidc.NewProvider(ctx, issuer)
	if err != nil {
		panic(err)
	}
	var questions []asked
	if err := json.NewDecoder(os.Stdin).Decode(&questions); err != nil {
		panic(err)
	}
	answers := make([]string, len(questions))
	for index, question := range questions {
		verifier := provider.Verifier(&oidc.Config{ClientID: question.Audience})
		if _, err := verifier.Verify(ctx, question.Token); err != nil {
			answers[index] = err.Error()
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
		panic(err)
	}
}
