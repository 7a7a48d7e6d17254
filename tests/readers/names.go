// SPDX-License-Identifier: GPL-2.0

// The names of files in messages, as Go's mime has them; see run.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"os"
	"strconv"
	"strings"
)

type header interface{ Get(string) string }

func add(found []string, name string) []string {
	if name == "" {
		return found
	}
	found = append(found, name)
	decoded, err := new(mime.WordDecoder).DecodeHeader(name)
	if err == nil && decoded != name {
		found = append(found, decoded)
	}
	return found
}

func walk(h header, body io.Reader, found []string, depth int) []string {
	kind, params, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err == nil {
		found = add(found, params["name"])
	}
	_, place, err2 := mime.ParseMediaType(h.Get("Content-Disposition"))
	if err2 == nil {
		found = add(found, place["filename"])
	}
	if err != nil || depth > 20 {
		return found
	}
	if strings.HasPrefix(kind, "message/") {
		if m, err := mail.ReadMessage(body); err == nil {
			return walk(m.Header, m.Body, found, depth+1)
		}
	}
	if !strings.HasPrefix(kind, "multipart/") {
		return found
	}
	parts := multipart.NewReader(body, params["boundary"])
	for {
		part, err := parts.NextRawPart()
		if err != nil {
			return found
		}
		found = add(found, part.FileName())
		found = walk(part.Header, part, found, depth+1)
	}
}

func main() {
	in := bufio.NewReader(os.Stdin)
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		size, _ := strconv.Atoi(strings.TrimSpace(line))
		data := make([]byte, size)
		if _, err := io.ReadFull(in, data); err != nil {
			return
		}
		found := []string{}
		if m, err := mail.ReadMessage(bytes.NewReader(data)); err == nil {
			found = walk(m.Header, m.Body, found, 0)
		}
		text, _ := json.Marshal(found)
		fmt.Println(string(text))
	}
}
