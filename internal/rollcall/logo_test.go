package rollcall

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

func encoded(t *testing.T, picture image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, picture); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// picture returns a PNG of this size.
func picture(t *testing.T, width, height int) []byte {
	t.Helper()
	return encoded(t, image.NewGray(image.Rect(0, 0, width, height)))
}

func photo(t *testing.T, width, height, quality int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, noise(width, height), &jpeg.Options{Quality: quality}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// noise is what compresses worst.
func noise(width, height int) *image.RGBA {
	random := rand.New(rand.NewPCG(1, 2))
	picture := image.NewRGBA(image.Rect(0, 0, width, height))
	for i := range picture.Pix {
		picture.Pix[i] = byte(random.Uint32()) | byte(i&3/3*255)
	}
	return picture
}

// huge returns a PNG that says that it is so many pixels wide.
func huge(t *testing.T, width uint32) []byte {
	t.Helper()
	data := picture(t, 8, 8)
	binary.BigEndian.PutUint32(data[16:], width)
	binary.BigEndian.PutUint32(data[29:], crc32.ChecksumIEEE(data[12:29]))
	return data
}

const secret = "taken at 41.40N 2.17E"

// withText returns a PNG that holds a comment, and one with bytes behind its end.
func withText(t *testing.T) []byte {
	t.Helper()
	data := picture(t, 8, 8)
	chunk := append([]byte("tEXt"), "Comment\x00"+secret...)
	text := binary.BigEndian.AppendUint32(nil, uint32(len(chunk)-4))
	text = binary.BigEndian.AppendUint32(append(text, chunk...), crc32.ChecksumIEEE(chunk))
	return append(append(append([]byte{}, data[:33]...), text...), append(data[33:], secret...)...)
}

// withExif returns a JPEG that holds a segment of a camera, and a comment.
func withExif(t *testing.T) []byte {
	t.Helper()
	data := photo(t, 8, 8, 90)
	segment := func(marker byte, text string) string {
		return string([]byte{0xff, marker, byte((len(text) + 2) >> 8), byte(len(text) + 2)}) + text
	}
	return []byte(string(data[:2]) + segment(0xe1, "Exif\x00\x00"+secret) + segment(0xfe, secret) + string(data[2:]))
}

func TestLogoIsAccepted(t *testing.T) {
	t.Parallel()
	deep := image.NewNRGBA64(image.Rect(0, 0, 8, 8))
	deep.Set(1, 1, color.NRGBA64{R: 0x1234, A: 0xffff})
	for name, tt := range map[string]struct {
		data []byte
		want string
	}{
		"png":               {picture(t, 8, 8), pngType},
		"largest png":       {picture(t, 1024, 1024), pngType},
		"16 bits a channel": {encoded(t, deep), pngType},
		"palette":           {encoded(t, image.NewPaletted(image.Rect(0, 0, 9, 9), color.Palette{color.Black, color.Transparent})), pngType},
		"jpeg":              {photo(t, 8, 8, 90), jpegType},
		"largest jpeg":      {photo(t, 1024, 1024, 1), jpegType},
		"png with text":     {withText(t), pngType},
		"jpeg of a camera":  {withExif(t), jpegType},
	} {
		logo, p := readLogo(tt.data)
		if p != nil || logo.MediaType != tt.want || len(logo.Data) > logoMax {
			t.Errorf("%s (%d bytes): readLogo = %s of %d bytes, %q, want %s", name, len(tt.data), logo.MediaType, len(logo.Data), messageOf(p), tt.want)
			continue
		}
		if bytes.Contains(logo.Data, []byte(secret)) {
			t.Errorf("%s: the logo still contains metadata", name)
		}
		before, _, _ := image.DecodeConfig(bytes.NewReader(tt.data))
		after, kind, err := image.DecodeConfig(bytes.NewReader(logo.Data))
		if err != nil || after.Width != before.Width || after.Height != before.Height || "image/"+kind != tt.want {
			t.Errorf("%s: logo is a %s of %d×%d, %v, want %d×%d", name, kind, after.Width, after.Height, err, before.Width, before.Height)
		}
		if again, p := readLogo(logo.Data); p != nil || tt.want == pngType && !bytes.Equal(again.Data, logo.Data) {
			t.Errorf("%s: reading the logo again changes it: %s", name, messageOf(p))
		}
	}
}

func TestLogoIsRefused(t *testing.T) {
	t.Parallel()
	half := func(data []byte) string { return string(data[:len(data)*2/3]) }
	for name, data := range map[string]string{
		"nothing":                "",
		"too much":               string(picture(t, 8, 8)) + strings.Repeat(" ", logoMax),
		"gif":                    "GIF89a",
		"svg":                    `<svg xmlns="http://www.w3.org/2000/svg"/>`,
		"head of a png":          string(picture(t, 8, 8)[:20]),
		"part of a png":          half(picture(t, 64, 64)),
		"png without pixels":     string(huge(t, 9)),
		"a png too wide":         string(picture(t, 1025, 1)),
		"a png too high":         string(picture(t, 1, 1025)),
		"a huge png":             string(huge(t, 1<<31-1)),
		"head of a jpeg":         string(photo(t, 8, 8, 90)[:20]),
		"part of a jpeg":         half(photo(t, 64, 64, 90)),
		"a jpeg too wide":        string(photo(t, 1025, 1, 90)),
		"jpeg of many passes":    string(photo(t, 8, 8, 90)) + strings.Repeat("\xff\xda", 65),
		"larger once it is ours": string(photo(t, 490, 490, 45)),
	} {
		if _, p := readLogo([]byte(data)); p == nil || messageOf(p) == "" {
			t.Errorf("%s (%d bytes): readLogo accepted it", name, len(data))
		}
	}
}

// TestLogoOfManyPasses holds that a progressive JPEG takes no longer for being small: one scan is repeated as often as is
// taken.
func TestLogoWithManyScans(t *testing.T) {
	t.Parallel()
	began := time.Now()
	if _, p := readLogo(progressive(1024, logoScansMax)); p == nil {
		t.Error("readLogo accepted a picture without an end")
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("readLogo took %v", took)
	}
}

// progressive returns the beginning of a progressive JPEG of one component, with so many scans that refine nothing.
func progressive(side, scans int) []byte {
	b := []byte{0xff, 0xd8, 0xff, 0xdb, 0, 67, 0}
	b = append(b, bytes.Repeat([]byte{1}, 64)...)
	b = append(b, 0xff, 0xc2, 0, 11, 8, byte(side>>8), byte(side), byte(side>>8), byte(side), 1, 1, 0x11, 0)
	b = append(b, 0xff, 0xc4, 0, 20, 0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xe0) // AC: one code, for a run of ends
	for range scans {
		b = append(b, 0xff, 0xda, 0, 8, 1, 1, 0, 1, 63, 0x00, 0x00, 0x00, 0x00, 0x00)
	}
	return b
}
