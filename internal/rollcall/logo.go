package rollcall

import (
	"bytes"
	"image"
	"image/draw"
	"image/jpeg"
	"image/png"
)

// The kinds of pictures that a logo may be.
const (
	pngType  = "image/png"
	jpegType = "image/jpeg"
)

func logoTypes() []string { return []string{pngType, jpegType} }

const (
	logoSideMax = 1024 // pixels
	// logoScansMax bounds the passes of a progressive JPEG. A few bytes make one, and each goes over the whole picture;
	// programs write about ten.
	logoScansMax = 64
)

// readLogo returns a picture that is decoded and encoded again, so that nothing is left in it but what people see.
func readLogo(data []byte) (Logo, *FieldError) {
	switch {
	case len(data) == 0:
		return Logo{}, missing("must not be empty; give null for logo to have none")
	case len(data) > LogoMax:
		return Logo{}, &FieldError{Code: CodeTooLong, Message: "must be at most 100 KiB, before base64"}
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
	case *image.NRGBA64, *image.RGBA64, *image.Gray16: // nobody sees the difference, and it takes twice the room
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
		return Logo{}, invalid("must be a JPEG of fewer passes; save it without progressive encoding")
	}
	picture, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		return Logo{}, unreadable("JPEG")
	}
	var b bytes.Buffer
	for _, quality := range []int{90, 80, 70} { // the first that is small enough
		b.Reset()
		if err := jpeg.Encode(&b, picture, &jpeg.Options{Quality: quality}); err != nil {
			return Logo{}, unreadable("JPEG")
		}
		if b.Len() <= LogoMax {
			break
		}
	}
	return fitLogo(jpegType, b.Bytes())
}

// badPicture judges what the head of a picture says, before memory is taken for all of it.
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
	return invalid("must be a whole " + kind + "; save it again with a program for pictures")
}

func fitLogo(mediaType string, data []byte) (Logo, *FieldError) {
	if len(data) > LogoMax {
		return Logo{}, &FieldError{Code: CodeTooLong, Message: "must be at most 100 KiB after it is encoded again; use fewer pixels or colours"}
	}
	return Logo{MediaType: mediaType, Data: data}, nil
}
