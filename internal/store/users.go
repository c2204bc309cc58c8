package store

import (
	"context"
	"database/sql"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/store/engine"
)

const userColumns = `dealer_id, user_id, email, name, role, password_hash, totp_secret, totp_step, recovery_hashes,
	link_purpose, link_hash, link_expires_at, created_at, disabled_at`

const userAndDealer = userColumns + `, (SELECT suspended_at FROM dealers WHERE dealers.dealer_id = users.dealer_id)`

// userRow is a user as it is stored.
type userRow struct {
	rollcall.User
	recovery, linkHash               []byte
	linkPurpose                      sql.NullString
	created                          int64
	linkExpires, disabled, suspended sql.NullInt64
}

func (u *userRow) dest() []any {
	return []any{
		(*string)(&u.Dealer), (*string)(&u.ID), (*string)(&u.Email), &u.Name, (*string)(&u.Role), &u.Password,
		&u.TOTP.Secret, &u.TOTP.Step, &u.recovery, &u.linkPurpose, &u.linkHash, &u.linkExpires, &u.created, &u.disabled, &u.suspended,
	}
}

func (u *userRow) user() rollcall.User {
	for rest := u.recovery; len(rest) >= len(rollcall.Hash{}); rest = rest[len(rollcall.Hash{}):] {
		u.TOTP.Recovery = append(u.TOTP.Recovery, rollcall.Hash(rest[:len(rollcall.Hash{})]))
	}
	u.Link.Purpose, u.Link.Expires = rollcall.LinkPurpose(u.linkPurpose.String), fromNull(u.linkExpires)
	copy(u.Link.Hash[:], u.linkHash)
	u.Created, u.Disabled, u.DealerSuspended = fromMicros(u.created), fromNull(u.disabled), fromNull(u.suspended)
	return u.User
}

func scanUser(rows engine.Row) (rollcall.User, error) {
	var row userRow
	err := rows.Scan(row.dest()...)
	return row.user(), err
}

func (r reader) oneUser(ctx context.Context, query string, args ...any) (rollcall.User, error) {
	var row userRow
	if err := r.run.QueryRow(ctx, query, args, row.dest()...); err != nil {
		return rollcall.User{}, r.orNotFound(err, userNotFound())
	}
	return row.user(), nil
}

const selectUser = `SELECT ` + userAndDealer + ` FROM users WHERE dealer_id = $1 AND user_id = $2`

// User implements service.Reader.
func (r reader) User(ctx context.Context, dealer rollcall.DealerID, id rollcall.UserID) (rollcall.User, error) {
	return r.oneUser(ctx, selectUser, string(dealer), string(id))
}

// LockUser implements service.Tx.
func (t *transaction) LockUser(ctx context.Context, dealer rollcall.DealerID, id rollcall.UserID) (rollcall.User, error) {
	return t.oneUser(ctx, selectUser+t.ForUpdate, string(dealer), string(id))
}

// They name no dealer, since they find the dealer of a person who signs in.
const (
	selectUserByEmail = `SELECT ` + userAndDealer + ` FROM users WHERE email_key = $1`
	selectUserByLink  = `SELECT ` + userAndDealer + ` FROM users WHERE link_hash = $1`
)

// UserByEmail implements service.Reader.
func (r reader) UserByEmail(ctx context.Context, email rollcall.EmailAddress) (rollcall.User, error) {
	return r.oneUser(ctx, selectUserByEmail, email.Key())
}

// UserByLink implements service.Reader.
func (r reader) UserByLink(ctx context.Context, hash rollcall.Hash) (rollcall.User, error) {
	return r.oneUser(ctx, selectUserByLink, hash[:])
}

const selectUsers = `SELECT ` + userAndDealer + ` FROM users WHERE dealer_id = $1 ORDER BY created_at, user_id`

// Users implements service.Reader.
func (r reader) Users(ctx context.Context, dealer rollcall.DealerID) ([]rollcall.User, error) {
	return collect(ctx, r, selectUsers, []any{string(dealer)}, scanUser)
}

// userTaken lists the errors of the unique keys of users.
func userTaken() []taken {
	return []taken{{"users_email_key_key", rollcall.ValidationFailed, "email", "is taken by another user of this server"}}
}

const insertUser = `INSERT INTO users (dealer_id, user_id, email, email_key, name, role, password_hash, totp_secret, totp_step,
	recovery_hashes, link_purpose, link_hash, link_expires_at, created_at, disabled_at)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`

// InsertUser implements service.Tx.
func (t *transaction) InsertUser(ctx context.Context, u rollcall.User) error {
	purpose, hash, expires := linkOrNull(u.Link)
	_, err := t.run.Exec(ctx, insertUser, string(u.Dealer), string(u.ID), string(u.Email), u.Email.Key(), u.Name, string(u.Role),
		u.Password, bytesOrNull(u.TOTP.Secret), u.TOTP.Step, recoveryOrNull(u.TOTP.Recovery), purpose, hash, expires,
		micros(u.Created), microsOrNull(u.Disabled))
	if err != nil && t.Foreign(err) {
		return dealerNotFound()
	}
	return t.orTaken(err, userTaken())
}

const updateUser = `UPDATE users SET name = $3, role = $4, password_hash = $5, totp_secret = $6, totp_step = $7,
	recovery_hashes = $8, link_purpose = $9, link_hash = $10, link_expires_at = $11, disabled_at = $12
	WHERE dealer_id = $1 AND user_id = $2`

// UpdateUser implements service.Tx.
func (t *transaction) UpdateUser(ctx context.Context, u rollcall.User) error {
	purpose, hash, expires := linkOrNull(u.Link)
	n, err := t.run.Exec(ctx, updateUser, string(u.Dealer), string(u.ID), u.Name, string(u.Role), u.Password,
		bytesOrNull(u.TOTP.Secret), u.TOTP.Step, recoveryOrNull(u.TOTP.Recovery), purpose, hash, expires, microsOrNull(u.Disabled))
	return t.changed(n, err, userNotFound())
}

func linkOrNull(l rollcall.UserLink) (purpose, hash, expires any) {
	if l.Purpose == "" {
		return nil, nil, nil
	}
	return string(l.Purpose), l.Hash[:], micros(l.Expires)
}

func bytesOrNull(b []byte) any {
	if len(b) == 0 {
		return nil
	}
	return b
}

func recoveryOrNull(hashes []rollcall.Hash) any {
	var all []byte
	for i := range hashes {
		all = append(all, hashes[i][:]...)
	}
	return bytesOrNull(all)
}
