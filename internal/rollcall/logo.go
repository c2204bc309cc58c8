package rollcall

import (
	"bytes"
	"image"
	"image/draw"
	"image/jpeg"
	"image/png"
)

// Logo is the logo of a dealer.
type Logo struct {
	MediaType string // image/png or image/jpeg
	Data      []byte
}

// The media types of logos.
const (
	pngType  = "image/png"
	jpegType = "image/jpeg"
)

func logoTypes() []string { return []string{pngType, jpegType} }

const (
	logoSideMax = 1024 // pixels
	// logoScansMax is the maximum number of scans of a progressive JPEG. A scan takes a few bytes in the file but time for
	// the whole picture; programs write about ten.
	logoScansMax = 64
)

// readLogo decodes a picture and encodes it again, which removes everything that people do not see.
func readLogo(data []byte) (Logo, *FieldError) {
	switch {
	case len(data) == 0:
		return Logo{}, missing("must not be empty; set logo to null to remove it")
	case len(data) > logoMax:
		return Logo{}, &FieldError{Code: CodeTooLong, Message: "must be at most 100 KiB before base64 encoding"}
	case bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")):
		return readPNG(data)
	case bytes.HasPrefix(data, []byte("\xff\xd8\xff")):
		return readJPEG(data)
	}
	return Logo{}, invalid("must be a PNG or a JPEG")
}

func readPNG(data []byte) (Logo, *FieldError) {
	config, err := png.DecodeConfig(bytes.NewReader(data))
	if p := badPicture(config, err, "PNG"); p != nil {
		return Logo{}, p
	}
	picture, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return Logo{}, unreadable("PNG")
	}
	switch picture.(type) {
	case *image.NRGBA64, *image.RGBA64, *image.Gray16: // 16 bits per channel look the same and take twice the space
		small := image.NewNRGBA(picture.Bounds())
		draw.Draw(small, small.Bounds(), picture, picture.Bounds().Min, draw.Src)
		picture = small
	}
	var b bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&b, picture); err != nil {
		return Logo{}, unreadable("PNG")
	}
	return fitLogo(pngType, b.Bytes())
}

func readJPEG(data []byte) (Logo, *FieldError) {
	config, err := jpeg.DecodeConfig(bytes.NewReader(data))
	if p := badPicture(config, err, "JPEG"); p != nil {
		return Logo{}, p
	}
	if bytes.Count(data, []byte("\xff\xda")) > logoScansMax {
		return Logo{}, invalid("has too many progressive scans; save it as a JPEG without progressive encoding")
	}
	picture, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		return Logo{}, unreadable("JPEG")
	}
	var b bytes.Buffer
	for _, quality := range []int{90, 80, 70} { // use the first that is small enough
		b.Reset()
		if err := jpeg.Encode(&b, picture, &jpeg.Options{Quality: quality}); err != nil {
			return Logo{}, unreadable("JPEG")
		}
		if b.Len() <= logoMax {
			break
		}
	}
	return fitLogo(jpegType, b.Bytes())
}

// badPicture checks the header of a picture before the whole picture is decoded.
func badPicture(config image.Config, err error, kind string) *FieldError {
	switch {
	case err != nil:
		return unreadable(kind)
	case config.Width > logoSideMax || config.Height > logoSideMax:
		return invalid("must be at most 1024 pixels wide and high")
	}
	return nil
}

func unreadable(kind string) *FieldError {
	return invalid("must be a complete " + kind + "; save it again in an image editor")
}

func fitLogo(mediaType string, data []byte) (Logo, *FieldError) {
	if len(data) > logoMax {
		return Logo{}, &FieldError{Code: CodeTooLong, Message: "must be at most 100 KiB after re-encoding; use fewer pixels or colours"}
	}
	return Logo{MediaType: mediaType, Data: data}, nil
}
