package cli

import (
	"context"
	"log/slog"
	"time"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

type userCommands struct {
	Create  userCreate  `cmd:"" help:"Add a user and invite them to set a password."`
	List    userList    `cmd:"" help:"List the users of a dealer."`
	Reset   userReset   `cmd:"" help:"Let a user set another password."`
	Disable userDisable `cmd:"" help:"Disable a user, or lift that."`
}

func userRecord(u rollcall.User, now time.Time) record {
	secondFactor := ""
	if u.TOTP.On() {
		secondFactor = "totp"
	}
	return record{
		"user_id", u.ID, "dealer_id", u.Dealer, "email", string(u.Email), "name", u.Name, "role", u.Role, "status", u.Status(now),
		"second_factor", secondFactor, "created_at", u.Created, "disabled_at", u.Disabled,
	}
}

// mailFlags are the settings of a command that sends an e-mail to a user. Without a provider it prints the link.
type mailFlags struct {
	PublicURL     string `help:"Public address of the server, with which links begin. By default http://127.0.0.1:8080." placeholder:"URL" env:"ROLLCALL_PUBLIC_URL"`
	deliveryFlags `group:"delivery"`
}

// localURL is the address of a server with default flags.
const localURL = "http://127.0.0.1:8080"

// with opens the database with the providers and calls do.
func (f mailFlags) with(ctx context.Context, t *terminal, folder folderFlags, do func(*service.Service) error) error {
	options, err := folder.options(t, false)
	if err != nil {
		return err
	}
	if err := f.delivery(&options); err != nil {
		return err
	}
	options.PublicURL, options.Log = f.PublicURL, t.log(slog.LevelWarn, "")
	if options.Delivery == app.Capture {
		options.Delivery = "" // nobody would see the captured message
	}
	return withApp(ctx, options, do)
}

// linkRecord describes a link, which is not printed if it was sent.
func (f mailFlags) linkRecord(link service.SentLink) record {
	return record{"sent", link.Sent, "link", f.url(link), "expires_at", link.User.Link.Expires}
}

// url returns the URL of a link; empty: it was sent.
func (f mailFlags) url(link service.SentLink) string {
	if link.Sent || f.PublicURL != "" {
		return link.URL
	}
	return localURL + link.URL
}

// printLink says where the link is.
func (f mailFlags) printLink(t *terminal, link service.SentLink) error {
	until := stamp(link.User.Link.Expires)
	if link.Sent {
		return t.printf("The link was sent by e-mail. It works once, until %s.\n", until)
	}
	why := "No provider sends e-mail here, so"
	if link.Error != "" {
		why = "The e-mail could not be sent (" + link.Error + "), so"
	}
	return t.printf("%s give them this link yourself. It works once, until %s:\n\n  %s\n\nWhoever has it can set the password.\n", why, until, f.url(link))
}

type userCreate struct {
	folderFlags
	formatFlags
	dealerFlags
	changeFlags
	mailFlags
	Email *string `required:"" help:"The user's e-mail address, with which they sign in. No other user of the server may have it." placeholder:"ADDRESS"`
	Name  *string `required:"" help:"The user's name." placeholder:"TEXT"`
	Role  *string `required:"" help:"viewer reads; manager also changes contacts and sends validations; owner also manages users." placeholder:"ROLE"`
}

// Help is shown by --help.
func (userCreate) Help() string {
	return `Users sign in to the console in a browser. The link to set a password works for 7 days; user reset makes another one. It is sent by e-mail with the providers' flags and variables of serve, and printed if no provider sends e-mail.

Example:

    rollcall user create --dealer DEALER_ID --email ann@example.org --name "Ann Lee" --role owner --data DIR
`
}

// Run adds the user.
func (c *userCreate) Run(ctx context.Context, t *terminal) error {
	return c.with(ctx, t, c.folderFlags, func(s *service.Service) error {
		link, err := s.InviteUser(ctx, c.by(c.id()), rollcall.UserInput{
			Email: given(c.Email), Name: given(c.Name), Role: given(c.Role),
		})
		if err != nil {
			return c.explain(err, c.id())
		}
		return c.print(t, append(userRecord(link.User, t.now()), c.linkRecord(link)...), func() error {
			if err := t.printf("Created user %s (%s).\n", link.User.ID, link.User.Name); err != nil {
				return err
			}
			return c.printLink(t, link)
		})
	})
}

type userList struct {
	folderFlags
	formatFlags
	dealerFlags
}

// Help is shown by --help.
func (userList) Help() string {
	return `Oldest first. "Invited" users have not set a password yet; "no password" means that they have no invitation that works, either.

Example:

    rollcall user list --dealer DEALER_ID --data DIR
`
}

// Run lists the users.
func (c *userList) Run(ctx context.Context, t *terminal) error {
	return c.withService(ctx, t, false, func(s *service.Service) error {
		users, err := s.Users(ctx, c.id())
		if err != nil {
			return c.explain(err, c.id())
		}
		now := t.now()
		found := each(users, func(u rollcall.User) record { return userRecord(u, now) })
		return c.print(t, record{"users", found}, func() error {
			if len(users) == 0 {
				return t.printf("The dealer has no user yet. Create one:\n\n  rollcall user create --dealer %s --email ADDRESS --name NAME --role owner%s\n",
					c.Dealer, c.where())
			}
			return t.table("USER|NAME|E-MAIL|ROLE|STATUS|SECOND FACTOR|CREATED", each(users, func(u rollcall.User) []string {
				factor := ""
				if u.TOTP.On() {
					factor = "codes"
				}
				return []string{string(u.ID), u.Name, string(u.Email), string(u.Role), string(u.Status(now)), factor, stamp(u.Created)}
			}))
		})
	})
}

type userReset struct {
	folderFlags
	formatFlags
	dealerFlags
	changeFlags
	mailFlags
	WithoutCodes bool   `help:"Also turn the second factor off, for a user who has lost it."`
	UserID       string `arg:"" name:"user-id" help:"The user's id, from user list."`
}

// Help is shown by --help.
func (userReset) Help() string {
	return `Makes a link to set another password, which works for an hour, instead of any earlier link; for a user without a password, another invitation. The old password works until the link is used; then all sessions of the user end. The link is sent by e-mail with the providers' flags and variables of serve, and printed if no provider sends e-mail.

Example:

    rollcall user reset USER_ID --dealer DEALER_ID --data DIR
`
}

// Run makes the link.
func (c *userReset) Run(ctx context.Context, t *terminal) error {
	return c.with(ctx, t, c.folderFlags, func(s *service.Service) error {
		link, err := s.ResetUser(ctx, c.by(c.id()), rollcall.UserID(c.UserID), c.WithoutCodes)
		if err != nil {
			return c.explainUser(err, c.dealerFlags)
		}
		return c.print(t, append(record{"user_id", c.UserID}, c.linkRecord(link)...), func() error { return c.printLink(t, link) })
	})
}

type userDisable struct {
	folderFlags
	formatFlags
	dealerFlags
	changeFlags
	Lift   bool   `help:"Let the user sign in again."`
	UserID string `arg:"" name:"user-id" help:"The user's id, from user list."`
}

// Help is shown by --help.
func (userDisable) Help() string {
	return `The user can't sign in any more, and their sessions end at once, also on running servers. Their changes stay in the audit.

Examples:

    rollcall user disable USER_ID --dealer DEALER_ID --data DIR
    rollcall user disable USER_ID --lift --dealer DEALER_ID --data DIR
`
}

// Run disables the user, or lifts that.
func (c *userDisable) Run(ctx context.Context, t *terminal) error {
	return c.withService(ctx, t, false, func(s *service.Service) error {
		if _, err := s.DisableUser(ctx, c.by(c.id()), rollcall.UserID(c.UserID), !c.Lift); err != nil {
			return c.explainUser(err, c.dealerFlags)
		}
		return c.print(t, record{"user_id", c.UserID, "disabled", !c.Lift}, func() error {
			if c.Lift {
				return t.printf("User %s can sign in again.\n", c.UserID)
			}
			return t.printf("User %s is disabled: they are signed out and can't sign in.\n", c.UserID)
		})
	})
}

// explainUser turns a UserNotFound into an error that says how to list the users, and returns other errors as they are.
func (f folderFlags) explainUser(err error, dealer dealerFlags) error {
	if rollcall.KindOf(err) != rollcall.UserNotFound {
		return err
	}
	return &rollcall.Error{
		Kind:    rollcall.UserNotFound,
		Message: "no such user of this dealer; `rollcall user list --dealer " + quote(dealer.Dealer) + f.where() + "` lists them",
	}
}
