package rollcall

import (
	"path"
	"strings"
	"time"
	_ "time/tzdata" // so that time zones work on a machine without a time zone database

	"golang.org/x/text/language"
)

// countries are the 249 codes that ISO 3166-1 assigns, and XK, which is commonly used for Kosovo. The tables of
// golang.org/x/text are not used, because they contain withdrawn and reserved codes (AN, SU, UN).
const countries = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV " +
	"BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK " +
	"FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT " +
	"JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO " +
	"MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY " +
	"QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO " +
	"TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW"

// checkCountry checks a country code (ISO 3166-1 alpha-2), in either case, and returns it in upper case.
func checkCountry(s string) (upper string, p *FieldError) {
	if len(s) == 2 && isLetter(s[0]) && isLetter(s[1]) {
		upper = strings.ToUpper(s)
		switch {
		case strings.Contains(countries, upper):
			return upper, nil
		case upper == "UK":
			return s, invalid("must be GB for the United Kingdom")
		}
	}
	return s, invalid("must be a two-letter country code (ISO 3166-1), such as US")
}

func isLetter(c byte) bool { return isAlphanumeric(c) && c > '9' }

const timezoneMax = 64 // bytes; the longest name has 32

// checkTimezone checks the name of a time zone in the IANA database, which is case-sensitive. It may read a file.
func checkTimezone(s string) *FieldError {
	if IsTimezoneName(s) {
		if _, err := time.LoadLocation(s); err == nil {
			return nil
		}
	}
	return invalid("must be an IANA time zone, such as America/New_York")
}

// IsTimezoneName reports whether s looks like the name of a time zone in the IANA database. Names start with a capital
// letter, unlike other files in the folder of the database. Local and Factory are not places, and America//New_York is
// not a name, although a file system finds it.
func IsTimezoneName(s string) bool {
	if s == "" || len(s) > timezoneMax || s[0] < 'A' || s[0] > 'Z' || s == "Local" || s == "Factory" || path.Clean(s) != s {
		return false
	}
	for _, c := range []byte(s) {
		if !isAlphanumeric(c) && !strings.ContainsRune("/_+-", rune(c)) {
			return false
		}
	}
	return true
}

const languageMax = 35 // bytes, the limit that BCP 47 recommends (RFC 5646, section 4.4.1)

// checkLanguage checks a language tag (BCP 47), in any case. The tag must name a language.
func checkLanguage(s string) *FieldError {
	if len(s) <= languageMax && !strings.Contains(s, "_") {
		tag, err := language.Parse(s)
		if _, sure := tag.Base(); err == nil && sure == language.Exact {
			return nil
		}
	}
	return invalid("must be a language tag (BCP 47), such as en or pt-BR")
}
