package testkit

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"testing"
)

// PNG returns a picture of a logo, as the program encodes one.
func PNG(t testing.TB, width, height int) []byte {
	t.Helper()
	picture := image.NewNRGBA(image.Rect(0, 0, width, height))
	mark := image.Rect(0, 0, min(width, height), min(width, height))
	draw.Draw(picture, mark, image.NewUniform(color.NRGBA{R: 0xb3, G: 0x26, B: 0x1e, A: 0xff}), image.Point{}, draw.Src)
	name := image.Rect(mark.Dx()*5/4, height/4, width, height*3/4)
	draw.Draw(picture, name, image.NewUniform(color.NRGBA{R: 0x1f, G: 0x2a, B: 0x44, A: 0xff}), image.Point{}, draw.Src)
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, picture); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
