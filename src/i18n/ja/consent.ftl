## アプリへの許可

consent-title = { $app } に許可しますか
consent-as = { $name } さんとしてサインインしています
consent-known = 許可済み
consent-allow = 許可する
consent-deny = 許可しない
consent-more = ほか{ $count }点
consent-take-back = 許可は、あとからマイページの「連携アプリ」でいつでも取り消せます。
consent-client-uri = アプリについて
consent-policy-uri = アプリのプライバシーポリシー
consent-tos-uri = アプリの利用規約

## 確認されていないアプリ

unverified-title = 確認されていないアプリです
unverified-text = このアプリは自動で登録されたもので、提供元を確認していません。心当たりがなければ、先へ進まないでください。戻り先：{ $host }

## 許可する内容

scope-openid = あなたを見分けること
scope-openid-why = 次にサインインしたとき、同じ人だと分かるようにします。
scope-profile = お名前などの基本情報
scope-profile-why = お名前、言語、タイムゾーンなどを見ることができます。
scope-email = メールアドレス
scope-email-why = メールアドレスと、確認済みかどうかを見ることができます。
scope-address = 住所
scope-address-why = お届け先などの入力を省くために使われます。
scope-phone = 電話番号
scope-phone-why = ご連絡先として使われます。
scope-products = 登録した製品
scope-products-why = 製品の名前と、登録した月を見ることができます。
scope-products-serial = 製品のシリアル番号と購入日
scope-products-serial-why = シリアル番号、購入日、購入店を見ることができます。
scope-warranty = 保証の内容と期限
scope-warranty-why = 部品ごとの保証と、いつまで有効かを見ることができます。
scope-recalls = 製品の安全に関するお知らせ
scope-recalls-why = お持ちの製品にリコールがあるかを見ることができます。
scope-service = 修理とお問い合わせの履歴
scope-service-why = 修理やお問い合わせの進み具合を見ることができます。
scope-service-write = 修理とお問い合わせの申し込み
scope-service-write-why = あなたに代わって申し込み、返信することができます。
scope-registry-register = 製品の登録
scope-registry-register-why = あなたに代わって製品を登録することができます。
scope-management = 管理機能の利用
scope-management-why = あなたの担当者としての権限で、管理機能を使うことができます。
scope-offline-access = サインアウトしたあとの利用
scope-offline-access-why = あなたがいないときも、許可した情報を使い続けることができます。
scope-owned = { $server } で使います。
scope-owned-why = { $why }（{ $server }）

## 製品を選んで許可する

choice-title = 見せる製品を選んでください
choice-purpose = { $app } からの説明
choice-tells = 選んだ製品について、アプリが見ること
choice-tells-model = 製品の名前と型番、お持ちになった月、保証が有効かどうか
choice-tells-serial = シリアル番号、購入日、購入店
choice-tells-cover = 部品ごとの保証と、その期限
choice-which = { $model }・シリアル番号の末尾 { $ending }
choice-nothing = 見せる製品を選んでから、許可してください
choice-too-many = 選べる製品は{ $most }点までです
choice-not-held = 製品の登録が変わりました。もう一度選んでください
choice-none-title = 選べる製品がありません
choice-none-text = 製品を登録すると、ここで選べるようになります。
choice-none-of = このアプリが使えるのは、{ $models } です。登録すると、ここで選べるようになります。
choice-register = 製品を登録する（新しいタブで開きます）
choice-look-again = 登録が済んだので、もう一度確かめる

## アプリからの要求を受け付けられないとき

untrusted-title = アプリからの要求を受け付けられません
untrusted-title-of = { $app } からの要求を受け付けられません
untrusted-malformed = 要求を読み取れませんでした。お使いのアプリやサイトに戻って、もう一度お試しください。
untrusted-client = 要求したアプリが登録されていないか、利用を止められています。お使いのアプリやサイトにお問い合わせください。
untrusted-redirect-uri = アプリの戻り先が登録されていません。安全のため、ここで止めました。あなたの情報は何も渡していません。お使いのアプリやサイトにお問い合わせください。
untrusted-no-redirect-uri = アプリの戻り先が指定されていないため、先へ進めません。あなたの情報は何も渡していません。お使いのアプリやサイトにお問い合わせください。
untrusted-gone-title = この手続きは終わっています
untrusted-gone = 時間が経ったか、すでに完了したか、別のブラウザーで始められた手続きです。お使いのアプリやサイトに戻って、もう一度始めてください。
untrusted-gone-of = 時間が経ったか、すでに完了したか、別のブラウザーで始められた手続きです。{ $app } に戻って、もう一度始めてください。
untrusted-for-support = お問い合わせの際は、次の内容をお伝えください
untrusted-code = エラーコード
untrusted-parameter = 原因の項目
untrusted-reference = お問い合わせ番号
untrusted-at = 日時

## アプリへ戻る

form-post-title = アプリへ戻ります
form-post-submit = 続ける
leaving-title = { $host } へ移動しますか
leaving-go = { $host } へ進む

## アプリからのサインアウト

end-session-title = サインアウトしますか
end-session-asked-by = { $app } からサインアウトの依頼がありました。
end-session-text = この端末で、{ $site } とその連携アプリからサインアウトします。
end-session-submit = サインアウトする
end-session-stay = サインアウトしない
end-session-bad-title = サインアウトの依頼を受け付けられません
end-session-bad-request = 依頼の内容が正しくないため、何も変更していません。サインアウトするには、マイページをご利用ください。
signed-out-title = サインアウトしました
signed-out-text = ほかの人も使う端末では、ブラウザーを閉じてください。
signed-out-back = { $app } に戻る
front-channel-title = アプリからサインアウトしています
front-channel-text = サインアウトしたことを、ご利用のアプリに知らせています。数秒かかります。
front-channel-next = 続ける
front-channel-frame = アプリからのサインアウト
